using System.Numerics.Tensors;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Training.Ranking;

/// <summary>Orders by all terms together, each with the weight that was learned for it.</summary>
public sealed class TermsRanker : IRecommender
{
    private const int Others = 100;
    private const int Suiting = 300;
    private const int Trending = 100;
    private const int MostPeople = 5_000;

    private readonly Terms terms;

    private TermsRanker(Terms terms, IReadOnlyList<double> weights) => (this.terms, Weights) = (terms, weights);

    public string Name => "ranker";

    /// <summary>By <see cref="Terms.Names"/>.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>With weights that were learned from earlier meetings.</summary>
    public static TermsRanker Of(Terms terms, IReadOnlyList<double> weights) => new(terms, weights);

    /// <summary>Learns the weights from what people met after the terms were known.</summary>
    public static IReadOnlyList<double> Learn(Terms terms, Split split, ulong seed)
    {
        var panel = Panel.Of(split, Asked.AllItems, MostPeople, seed);
        var choices = new List<Choice>();
        var values = new float[Terms.Count * terms.Items];
        for (var place = 0; place < panel.People.Length; place++)
        {
            terms.Fill(panel.Met(place), split.Train.WeightsOf(panel.People[place]), values);
            choices.AddRange(Choices(values, terms.Items, panel.Met(place), panel.Wanted(place), seed, (ulong)panel.People[place]));
        }

        return LinearRanking.Learn(choices, Terms.Count);
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var values = new float[Terms.Count * terms.Items];
        terms.Fill(items, weights, values);
        scores.Clear();
        for (var t = 0; t < Terms.Count; t++) TensorPrimitives.MultiplyAdd(values.AsSpan(t * terms.Items, terms.Items), (float)Weights[t], scores, scores);
    }

    /// <summary>What was met then, each against some of what could have been listed instead: what suits, what is in fashion, and what was met before.</summary>
    private static List<Choice> Choices(float[] values, int items, ReadOnlySpan<int> met, ReadOnlySpan<int> wanted, ulong seed, ulong person)
    {
        var pool = new HashSet<int>(met.ToArray());
        pool.UnionWith(Highest(values.AsSpan(0, items), Suiting));
        pool.UnionWith(Highest(values.AsSpan(4 * items, items), Trending));
        var chosen = wanted.ToArray().Where(pool.Contains).ToArray();
        pool.ExceptWith(wanted.ToArray());
        var draw = Chance.Bits(seed, person);
        float[][] others = [.. pool.OrderBy(item => Chance.Bits(draw, (ulong)item)).Take(Others).Select(item => Row(values, items, item))];
        return [.. chosen.Select(item => new Choice(Row(values, items, item), others, 1.0 / chosen.Length))];
    }

    private static IEnumerable<int> Highest(ReadOnlySpan<float> scores, int count)
    {
        var keys = scores.ToArray();
        var places = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, places);
        return places.Reverse().Take(count);
    }

    private static float[] Row(float[] values, int items, int item)
    {
        var row = new float[Terms.Count];
        for (var t = 0; t < Terms.Count; t++) row[t] = values[(t * items) + item];
        return row;
    }
}
