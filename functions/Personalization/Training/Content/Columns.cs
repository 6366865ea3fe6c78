using Personalization.Models;

namespace Personalization.Training.Content;

/// <summary>What a model has learned of each item, as a column of numbers: its vector, or how strongly each item speaks for it.</summary>
internal sealed class Columns
{
    /// <summary>Of all that speaks for an item the strongest so many.</summary>
    private const int MostSaid = 1000;

    private readonly int[] starts;
    private readonly int[] ends;
    private readonly int[] rows;
    private readonly float[] values;

    private Columns(int height, bool ofItems, int[] starts, int[] ends, int[] rows, float[] values) =>
        (Height, OfItems, this.starts, this.ends, this.rows, this.values) = (height, ofItems, starts, ends, rows, values);

    public int Height { get; }

    /// <summary>Whether rows are items, which say nothing of themselves.</summary>
    public bool OfItems { get; }

    public ReadOnlySpan<int> RowsOf(int place) => OfItems ? rows.AsSpan(starts[place]..ends[place]) : rows;

    public ReadOnlySpan<float> ValuesOf(int place) => values.AsSpan(starts[place]..ends[place]);

    public static Columns Vectors(FactorModel model)
    {
        var height = model.Spectrum.Length;
        int[] starts = [.. Enumerable.Range(0, model.Count).Select(p => p * height)];
        return new(height, false, starts, Array.ConvertAll(starts, s => s + height), [.. Enumerable.Range(0, height)], model.Vectors.All.ToArray());
    }

    public static Columns Near(Neighbourhood near)
    {
        var starts = new int[near.Items + 1];
        foreach (var other in near.Others) starts[other + 1]++;
        for (var place = 0; place < near.Items; place++) starts[place + 1] += starts[place];
        var (ends, rows, values) = (starts[..^1], new int[near.Count], new float[near.Count]);
        for (var place = 0; place < near.Items; place++)
        {
            var others = near.OthersOf(place);
            for (var i = 0; i < others.Length; i++)
            {
                var at = ends[others[i]]++;
                (rows[at], values[at]) = (place, near.StrengthsOf(place)[i]);
            }
        }

        for (var place = 0; place < near.Items; place++)
            if (ends[place] - starts[place] > MostSaid) ends[place] = starts[place] + Strongest(rows.AsSpan(starts[place]..ends[place]), values.AsSpan(starts[place]..ends[place]), MostSaid);
        return new(near.Items, true, starts[..^1], ends, rows, values);
    }

    /// <summary>Puts the strongest first; of equals those with the lower rows.</summary>
    public static int Strongest(Span<int> rows, Span<float> values, int most)
    {
        if (rows.Length <= most) return rows.Length;
        var order = new ulong[rows.Length];
        for (var i = 0; i < order.Length; i++) order[i] = ((ulong)~BitConverter.SingleToUInt32Bits(Math.Abs(values[i])) << 32) | (uint)rows[i];
        MemoryExtensions.Sort(order.AsSpan(), values);
        for (var i = 0; i < most; i++) rows[i] = (int)(uint)order[i];
        return most;
    }
}
