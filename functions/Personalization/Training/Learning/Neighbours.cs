using System.Buffers;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>For each item the items that it speaks for most, or against most, and how strongly. A score is the sum over what somebody met.</summary>
public sealed class Neighbours : IRecommender
{
    private readonly int[] starts;
    private readonly int[] others;
    private readonly float[] strengths;
    private readonly float slope;

    private Neighbours(string name, int[] starts, int[] others, float[] strengths, float slope) =>
        (Name, this.starts, this.others, this.strengths, this.slope) = (name, starts, others, strengths, slope);

    public string Name { get; }

    /// <param name="items">How many there are.</param>
    /// <param name="kept">Most others for one item.</param>
    /// <param name="slope">A weight w counts as 1 + slope · ln(1 + w).</param>
    /// <param name="fill">Writes how strongly an item speaks for each, 0 for itself; called from many threads.</param>
    internal static Neighbours Of(string name, int items, int kept, float slope, int threads, CancellationToken stop, Action<int, Span<float>> fill)
    {
        var rows = new (int[] Others, float[] Strengths)[items];
        Parallel.For(0, items, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, () => new float[items], (item, _, row) =>
        {
            row.AsSpan().Clear();
            fill(item, row);
            rows[item] = Strongest(row, kept);
            return row;
        }, _ => { });
        var starts = new int[items + 1];
        for (var item = 0; item < items; item++) starts[item + 1] = starts[item] + rows[item].Others.Length;
        return new(name, starts, [.. rows.SelectMany(r => r.Others)], [.. rows.SelectMany(r => r.Strengths)], slope);
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        scores.Clear();
        for (var i = 0; i < items.Length; i++)
        {
            var value = (float)(1 + (slope * Math.Log(1 + weights[i])));
            for (var at = starts[items[i]]; at < starts[items[i] + 1]; at++) scores[others[at]] += value * strengths[at];
        }
    }

    private static (int[] Others, float[] Strengths) Strongest(ReadOnlySpan<float> row, int kept)
    {
        var keys = ArrayPool<ulong>.Shared.Rent(row.Length);
        var found = 0;
        for (var other = 0; other < row.Length; other++)
        {
            // A larger number has larger bits; the lowest keys are kept.
            if (row[other] != 0 && float.IsFinite(row[other])) keys[found++] = ((ulong)~BitConverter.SingleToUInt32Bits(Math.Abs(row[other])) << 32) | (uint)other;
        }

        if (found > kept) Selection.Lowest(keys.AsSpan(0, found), kept);
        var others = new int[Math.Min(found, kept)];
        for (var i = 0; i < others.Length; i++) others[i] = (int)(uint)keys[i];
        ArrayPool<ulong>.Shared.Return(keys);
        Array.Sort(others);
        var strengths = new float[others.Length];
        for (var i = 0; i < others.Length; i++) strengths[i] = row[others[i]];
        return (others, strengths);
    }
}
