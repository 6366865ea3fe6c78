using Personalization.Catalog;
using Personalization.Training.Choosing;
using Personalization.Training.Learning;

namespace Personalization.Training.Drifting;

/// <summary>How people's features and a model's scores were spread at one time; counts over all, and nothing of anybody.</summary>
/// <param name="People">Whom it was made of.</param>
public sealed record Picture(int People, IReadOnlyList<Spread> Spreads)
{
    private const int Kinds = 32;
    private const double Day = 86_400;

    // What is above the last stands in a bin of its own.
    private static readonly double[] Items = [1, 2, 4, 8, 16, 32];
    private static readonly double[] Weights = [1, 2, 4, 8];
    private static readonly double[] Ages = [1, 3, 7, 14, 21];
    private static readonly double[] Scores = [.. Enumerable.Range(1, 19).Select(i => i / 20.0)];

    /// <param name="model">Whose scores are looked at; null for none.</param>
    /// <param name="now">In seconds since 1970.</param>
    public static Picture Of(TrainingData data, IRecommender? model, long now)
    {
        var people = Meeting.Together(data.Meetings, data.People, data.Items);
        var (items, weights, ages, kinds) = (new Counter("items", Items), new Counter("weight", Weights), new Counter("age", Ages), new double[Kinds]);
        foreach (var met in data.Meetings)
        {
            weights.Add(met.Weight);
            ages.Add((now - met.At) / Day);
            if (data.Groups?[0] is { } groups && groups.Of[met.Item] is >= 0 and var group) kinds[(int)(ItemKey.Of(groups.Names[group]).Value % Kinds)]++;
        }

        for (var person = 0; person < people.Rows; person++) items.Add(people.ColumnsOf(person).Length);
        return new(data.People, [items.Spread, weights.Spread, ages.Spread, new("category", false, kinds), .. model is null ? [] : new[] { Best(people, model) }]);
    }

    /// <summary>How well the model thinks that what it would show first suits.</summary>
    private static Spread Best(Interactions people, IRecommender model)
    {
        var (counter, scores) = (new Counter("score", Scores), new float[people.Width]);
        for (var person = 0; person < people.Rows; person++)
        {
            model.Score(people.ColumnsOf(person), people.WeightsOf(person), scores);
            foreach (var met in people.ColumnsOf(person)) scores[met] = float.NegativeInfinity;
            if (scores.Length > 0 && scores.Max() is var best && float.IsFinite(best)) counter.Add(best);
        }

        return counter.Spread;
    }

    private sealed class Counter(string name, double[] edges)
    {
        private readonly double[] counts = new double[edges.Length + 1];

        public Spread Spread => new(name, true, counts);

        public void Add(double value)
        {
            var bin = Array.BinarySearch(edges, value);
            counts[bin < 0 ? ~bin : bin]++;
        }
    }
}

/// <param name="Name">What is spread.</param>
/// <param name="IsOrdered">Whether its bins follow each other.</param>
/// <param name="Counts">How many in each bin.</param>
public sealed record Spread(string Name, bool IsOrdered, IReadOnlyList<double> Counts);
