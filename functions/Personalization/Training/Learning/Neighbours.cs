using System.Buffers;
using System.Numerics.Tensors;
using Personalization.Decisions.Scoring;
using Personalization.Models;

namespace Personalization.Training.Learning;

/// <summary>For each item the items that it speaks for most, or against most. A score is the sum over what somebody met.</summary>
public sealed class Neighbours : IRecommender
{
    /// <summary>Items whose others are found together.</summary>
    public const int Together = 8 * Tile.Rows;

    private Neighbours(string name, Neighbourhood near) => (Name, Near) = (name, near);

    public string Name { get; }

    public Neighbourhood Near { get; }

    /// <param name="items">How many there are.</param>
    /// <param name="kept">Most others for one item.</param>
    /// <param name="slope">A weight w counts as 1 + slope · ln(1 + w).</param>
    /// <exception cref="ArithmeticException">How strongly an item speaks for another is no number.</exception>
    /// <param name="fill">Writes how strongly an item, and as many after it as there are rows, speak for each; the rows are empty before. Called from many threads.</param>
    internal static Neighbours Of(string name, int items, int kept, float slope, int threads, Action<int, Matrix> fill, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        if (!(slope >= 0) || !float.IsFinite(slope)) throw new ArgumentOutOfRangeException(nameof(slope), slope, "0 or more");
        var (found, broken) = (new (int[] Others, float[] Strengths)[items], false);
        Parallel.For(0, (items + Together - 1) / Together, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, () => new Matrix(Together, items), (block, _, rows) =>
        {
            rows.All.Clear();
            fill(block * Together, rows);
            for (var item = block * Together; item < Math.Min(items, (block + 1) * Together); item++)
            {
                var row = rows[item % Together][..items];
                row[item] = 0;
                if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(row))) broken = true;
                found[item] = Strongest(row, kept);
            }

            return rows;
        }, _ => { });
        return broken ? throw new ArithmeticException("what was learned of an item holds a value that is no number") : new(name, Joined(found, slope));
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        scores.Clear();
        for (var i = 0; i < items.Length; i++)
        {
            var value = Near.Value(weights[i]);
            var others = Near.OthersOf(items[i]);
            var strengths = Near.StrengthsOf(items[i]);
            for (var at = 0; at < others.Length; at++) scores[others[at]] += value * strengths[at];
        }
    }

    /// <summary>The same among more items, of which the others say nothing and are spoken for by none.</summary>
    /// <param name="places">Where each of these goes; rising.</param>
    /// <param name="items">How many there are then.</param>
    internal Neighbours Among(ReadOnlySpan<int> places, int items)
    {
        var (starts, others) = (new int[items + 1], new int[Near.Count]);
        for (var item = 0; item < places.Length; item++) starts[places[item] + 1] = Near.OthersOf(item).Length;
        for (var place = 0; place < items; place++) starts[place + 1] += starts[place];
        for (var at = 0; at < others.Length; at++) others[at] = places[Near.Others[at]];
        return new(Name, Neighbourhood.Of(starts, others, Near.Strengths, Near.Slope));
    }

    private static Neighbourhood Joined((int[] Others, float[] Strengths)[] found, float slope)
    {
        var starts = new int[found.Length + 1];
        for (var item = 0; item < found.Length; item++) starts[item + 1] = checked(starts[item] + found[item].Others.Length);
        var (others, strengths) = (new int[starts[^1]], new float[starts[^1]]);
        for (var item = 0; item < found.Length; item++)
        {
            found[item].Others.CopyTo(others, starts[item]);
            found[item].Strengths.CopyTo(strengths, starts[item]);
            found[item] = default;
        }

        return Neighbourhood.Of(starts, others, strengths, slope);
    }

    /// <summary>Those that say most for or against; what says nothing is none.</summary>
    private static (int[] Others, float[] Strengths) Strongest(ReadOnlySpan<float> row, int kept)
    {
        var sizes = ArrayPool<float>.Shared.Rent(row.Length);
        TensorPrimitives.Abs(row, sizes);
        var places = new int[Math.Min(kept, row.Length)];
        var found = Best.Of(sizes.AsSpan(0, row.Length), places);
        while (found > 0 && row[places[found - 1]] == 0) found--;
        ArrayPool<float>.Shared.Return(sizes);
        var others = places[..found];
        Array.Sort(others);
        var strengths = new float[found];
        for (var i = 0; i < found; i++) strengths[i] = row[others[i]];
        return (others, strengths);
    }
}
