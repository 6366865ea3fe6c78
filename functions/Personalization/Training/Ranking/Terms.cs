using System.Numerics.Tensors;
using Personalization.Training.Learning;

namespace Personalization.Training.Ranking;

/// <summary>
/// What a list is ordered by: how well an item suits the person, whether and how often they met it before, and how it does with
/// everybody, now and ever. A number each for every item.
/// </summary>
public sealed class Terms
{
    public const int Count = 7;

    private const double Day = 86_400;

    /// <summary>As cards and reports have them.</summary>
    public static readonly IReadOnlyList<string> Names = ["collaborative", "met", "met-often", "met-again-by-others", "trend-30d", "trend-10d", "popular"];

    private readonly IRecommender model;
    private readonly float[] again;
    private readonly float[] month;
    private readonly float[] days;
    private readonly float[] ever;

    private Terms(IRecommender model, int items) =>
        (this.model, again, month, days, ever) = (model, new float[items], new float[items], new float[items], new float[items]);

    public int Items => ever.Length;

    /// <param name="model">Learned from the same meetings.</param>
    /// <param name="meetings">What was met before a moment.</param>
    /// <param name="moment">In seconds since 1970.</param>
    public static Terms Of(IRecommender model, IEnumerable<Meeting> meetings, int items, long moment)
    {
        var terms = new Terms(model, items);
        var counts = new Dictionary<(int Person, int Item), int>();
        foreach (var met in meetings)
        {
            // What is later than now, by a clock that is wrong, is no more in fashion than what is met now.
            var age = Math.Max(0, moment - met.At) / Day;
            terms.month[met.Item] += (float)Math.Exp(-age / 30);
            terms.days[met.Item] += (float)Math.Exp(-age / 10);
            terms.ever[met.Item]++;
            counts[(met.Person, met.Item)] = counts.GetValueOrDefault((met.Person, met.Item)) + 1;
        }

        var (once, twice) = (new int[items], new int[items]);
        foreach (var ((_, item), times) in counts)
        {
            once[item]++;
            if (times > 1) twice[item]++;
        }

        // Shrunk towards one in five, where an item was met by few.
        for (var item = 0; item < items; item++) terms.again[item] = (twice[item] + 2f) / (once[item] + 10f);
        foreach (var counted in new[] { terms.month, terms.days, terms.ever }) TensorPrimitives.LogP1(counted, counted);
        return terms;
    }

    /// <summary>Brings scores to the same spread for everybody: models say more of people who met much.</summary>
    internal static void Level(Span<float> scores)
    {
        var (mean, squares) = (0.0, 0.0);
        foreach (var score in scores) mean += score;
        mean /= scores.Length;
        foreach (var score in scores) squares += (score - mean) * (score - mean);
        var spread = (float)Math.Sqrt(squares / scores.Length);
        if (spread > 0 && float.IsFinite(spread)) TensorPrimitives.Divide(scores, spread, scores);
    }

    /// <summary>All terms of all items for somebody, term by term.</summary>
    public void Fill(ReadOnlySpan<int> met, ReadOnlySpan<float> weights, Span<float> into)
    {
        var n = Items;
        into[..(Count * n)].Clear();
        model.Score(met, weights, into[..n]);
        Level(into[..n]);
        for (var i = 0; i < met.Length; i++)
        {
            into[n + met[i]] = 1;
            into[(2 * n) + met[i]] = MathF.Log(1 + weights[i]);
            into[(3 * n) + met[i]] = again[met[i]];
        }

        month.CopyTo(into[(4 * n)..]);
        days.CopyTo(into[(5 * n)..]);
        ever.CopyTo(into[(6 * n)..]);
    }
}
