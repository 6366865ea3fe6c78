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
        int[] from = [.. Enumerable.Range(0, model.Count).Select(p => p * height)];
        return new(height, false, from, Array.ConvertAll(from, s => s + height), [.. Enumerable.Range(0, height)], model.Vectors.All.ToArray());
    }

    public static Columns Near(Neighbourhood near)
    {
        var from = new int[near.Items + 1];
        foreach (var other in near.Others) from[other + 1]++;
        for (var place = 0; place < near.Items; place++) from[place + 1] += from[place];
        var (to, places, said) = (from[..^1], new int[near.Count], new float[near.Count]);
        for (var place = 0; place < near.Items; place++)
        {
            var others = near.OthersOf(place);
            for (var i = 0; i < others.Length; i++)
            {
                var at = to[others[i]]++;
                (places[at], said[at]) = (place, near.StrengthsOf(place)[i]);
            }
        }

        for (var place = 0; place < near.Items; place++)
            if (to[place] - from[place] > MostSaid) to[place] = from[place] + Strongest(places.AsSpan(from[place]..to[place]), said.AsSpan(from[place]..to[place]), MostSaid);
        return new(near.Items, true, from[..^1], to, places, said);
    }

    /// <summary>Puts the strongest first; of equals those with the lower places.</summary>
    public static int Strongest(Span<int> places, Span<float> said, int most)
    {
        if (places.Length <= most) return places.Length;
        var order = new ulong[places.Length];
        for (var i = 0; i < order.Length; i++) order[i] = ((ulong)~BitConverter.SingleToUInt32Bits(Math.Abs(said[i])) << 32) | (uint)places[i];
        MemoryExtensions.Sort(order.AsSpan(), said);
        for (var i = 0; i < most; i++) places[i] = (int)(uint)order[i];
        return most;
    }
}
