using Personalization.Training.Content;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Ranking;

namespace Personalization.Training.Choosing;

/// <summary>
/// A training run: chooses a recipe by what is held out of what is learned from, evaluates it by what was held out of both, and
/// learns the model that may serve from everything; items that nobody met get a place in it by what they are like. The same data and seed give the same model, to the byte.
/// </summary>
/// <param name="Seed">What is drawn by chance is drawn from it.</param>
/// <param name="Threads">Change how long it takes, and nothing else.</param>
public sealed record Trainer(Holding Holding, ulong Seed, int Threads)
{
    /// <summary>What the recipe that serves now is called in reports.</summary>
    public const string Champion = "champion";

    private const long Month = 30 * 86_400;

    /// <summary>Families that need a larger square of the items are not tried.</summary>
    public long MostBytes { get; init; } = long.MaxValue;

    /// <param name="name">What the model is called.</param>
    /// <param name="champion">The recipe that serves now, which learns anew from the same data so that nothing favours either; null for none.</param>
    /// <param name="tell">Told what is being done.</param>
    /// <returns>Null where nobody met anything.</returns>
    public Trained? Run(string name, DateTimeOffset at, TrainingData data, Recipe? champion, Action<string> tell, CancellationToken stop)
    {
        var all = Meeting.Together(data.Meetings, data.People, data.Items);
        if (all.Count == 0) return null;
        var split = Holding.Split(data.Meetings, data.People, data.Items);
        var within = Holding.Within(split, data.People, data.Items);
        tell($"choosing a recipe: {all.Rows} people, {all.Width} items, {all.Count} pairs");
        var tried = Tuning.Run(within, Grid.Near(data.Items, MostBytes), Grid.Vectors(data.Items), Seed, Threads, tell, stop);
        var recipe = tried[0].Recipe;
        tell($"evaluating {recipe}");
        var model = recipe.Learn(split.Train, Seed, Threads, stop);
        var early = recipe.Learn(within.Train, Seed, Threads, stop);
        var ranker = Rank(early, within, split, model, data.Items);
        List<Contender> contenders =
        [
            .. champion is null ? [] : new[] { new Contender(Champion, champion.Learn(split.Train, Seed, Threads, stop)) },
            Contender.Of(Counted.Learn(split.Train)), Contender.Of(CountedLately.Learn(split.Meetings, data.People, data.Items, Month)),
            new("item-item", CoOccurrence.Learn(split.Train, 10, 0, 100, Threads, stop)), Contender.Of(Repeated.Learn(split.Train)),
        ];
        var candidate = new Contender("candidate", Calibration.Learn(early, within, Seed, Threads, stop).Of(model), Probabilities: true);
        var options = EvaluationOptions.Default with { Threads = Threads };
        var newItems = Evaluation.Run([candidate, Contender.Of(ranker), .. contenders], split, Asked.NewItems, data.Groups, options, Seed, stop);
        var allItems = Evaluation.Run([candidate, Contender.Of(ranker), .. contenders], split, Asked.AllItems, data.Groups, options, Seed, stop);
        tell("learning from everything");
        var learned = Made.Of(name, at, data.Keys, recipe.Learn(all, Seed, Threads, stop));
        tell("placing new items");
        return new(
            NewItems.Place(learned, all.PeopleByColumn(), data.Catalogue, Threads, stop), recipe, tried, newItems, allItems,
            Terms.Names.Zip(ranker.Weights).ToDictionary(t => t.First, t => t.Second, StringComparer.Ordinal));
    }

    /// <summary>Weights are learned from what is held out within; what is evaluated by has no part in them.</summary>
    private TermsRanker Rank(IRecommender early, Split within, Split split, IRecommender model, int items) =>
        TermsRanker.Of(Terms.Of(model, split.Meetings, items, End(split)), TermsRanker.Learn(Terms.Of(early, within.Meetings, items, End(within)), within, Seed));

    private static long End(Split split) => split.Meetings.Count == 0 ? 0 : split.Meetings.Max(m => m.At) + 1;
}
