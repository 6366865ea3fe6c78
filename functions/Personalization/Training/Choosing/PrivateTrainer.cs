using Personalization.Models;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Learning;

namespace Personalization.Training.Choosing;

/// <summary>
/// A private training run: one model, learned with one permit from what is not held out, and evaluated by what is. Nothing is chosen by
/// what people met, and nothing is learned again from everything: either would be paid for, or not be private.
/// </summary>
/// <param name="Seed">Of the evaluation; noise has none.</param>
public sealed record PrivateTrainer(PrivateOptions Options, Holding Holding, ulong Seed, int Threads)
{
    /// <summary>Most others for one item.</summary>
    private const int Kept = 200;

    private const long Month = 30 * 86_400;

    /// <param name="permit">All of it is spent, whatever becomes of the model.</param>
    public PrivatelyTrained Run(string name, DateTimeOffset at, TrainingData data, Permit permit, Action<string> tell, CancellationToken stop)
    {
        var split = Holding.Split(data.Meetings, data.People, data.Items);
        tell("learning a private model");
        var learned = PrivateRegression.Learn(OfCatalogue(split.Train, data), Options, permit, Kept, Threads, stop);
        var model = Made.Of(name, at, data.AllKeys, learned.Model);
        tell($"evaluating {learned.Card}");
        var served = new Served(model, data.Keys);
        // Chances are learned from what the model knows. It knows so little of anybody that this makes no difference.
        var candidate = new Contender("candidate", Calibration.Learn(served, Holding.Within(split, data.People, data.Items), Seed, Threads, stop).Of(served), Probabilities: true);
        Contender[] contenders = [candidate, Contender.Of(Counted.Learn(split.Train)), Contender.Of(CountedLately.Learn(split.Meetings, data.People, data.Items, Month)), Contender.Of(Repeated.Learn(split.Train))];
        var options = EvaluationOptions.Default with { Threads = Threads };
        return new(
            model, learned.Card,
            Evaluation.Run(contenders, split, Asked.NewItems, data.Groups, options, Seed, stop), Evaluation.Run(contenders, split, Asked.AllItems, data.Groups, options, Seed, stop));
    }

    /// <summary>
    /// The same by the catalogue's numbers. With numbers of what was met, an item that only one person met would be named in the model, and
    /// all after it would have other numbers without that person.
    /// </summary>
    private static Interactions OfCatalogue(Interactions people, TrainingData data)
    {
        var places = data.Keys.Select((key, item) => (key, item)).ToDictionary(k => k.key, k => k.item);
        var to = new int[data.Items];
        foreach (var (place, key) in data.AllKeys.Index())
            if (places.TryGetValue(key, out var item)) to[item] = place;
        return Interactions.Of(Enumerable.Range(0, people.Rows).Select(person => people.ColumnsOf(person).ToArray().Select(item => (to[item], 1f))), data.AllKeys.Count);
    }
}

/// <param name="Model">Private, and the only thing that is.</param>
/// <param name="Card">What it cost.</param>
/// <param name="NewItems">How it does, against simple ones; figures of people without noise.</param>
/// <param name="AllItems">The same where what was met may come again.</param>
public sealed record PrivatelyTrained(FactorModel Model, PrivateCard Card, EvaluationReport NewItems, EvaluationReport AllItems);
