using Personalization.Models;
using Personalization.Training.Content;
using Personalization.Training.Evaluating;

namespace Personalization.Training.Choosing;

/// <summary>What came out of a training run: a model that may be promoted, and what is known of it.</summary>
/// <param name="Placed">Learned from everything, by the recipe that was chosen without what it is evaluated by, and with places for new items.</param>
/// <param name="Tried">Every recipe and how it did, best first.</param>
/// <param name="NewItems">How the recipe does at finding what somebody had not met before, against the champion's and simple ones.</param>
/// <param name="AllItems">The same where what was met may come again, for the model by itself and with repeats and trends.</param>
/// <param name="Weights">How much each term counts in the ranker that was evaluated, by name.</param>
public sealed record Trained(
    Placed Placed, Recipe Recipe, IReadOnlyList<Tried> Tried, EvaluationReport NewItems, EvaluationReport AllItems, IReadOnlyDictionary<string, double> Weights)
{
    public FactorModel Model => Placed.Model;
}
