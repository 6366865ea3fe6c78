namespace Personalization.Decisions.Scoring;

/// <summary>
/// The same items with a byte for a value, a quarter of the memory to read: enough to find who may be among the best,
/// who are then scored exactly. A value v of an item is stored as round(v / scale) + 128 with the item's own scale,
/// its largest value / 127. For each tile, for each four dimensions, the four bytes of its 64 items.
/// </summary>
public sealed class CompactFactors
{
    /// <summary>Values multiplied and summed at once.</summary>
    internal const int Together = 4;

    /// <summary>What is added to a stored value to make it a byte without sign.</summary>
    internal const int Offset = 128;

    private const int Largest = 127;
    private readonly Aligned<byte> _bytes;
    private readonly Aligned<float> _scales;

    private CompactFactors(ItemFactors exact)
    {
        Exact = exact;
        _bytes = new(exact.Values.Length);
        _scales = new(exact.Tiles * Tile.Items);
    }

    /// <summary>The items as they are.</summary>
    public ItemFactors Exact { get; }

    public static CompactFactors Of(ItemFactors exact)
    {
        var compact = new CompactFactors(exact);
        var bytes = compact._bytes.Span;
        var scales = compact._scales.Span;
        Span<float> vector = stackalloc float[exact.Dimensions];
        for (var place = 0; place < exact.Count; place++)
        {
            exact.CopyTo(place, vector);
            var largest = 0f;
            foreach (var value in vector) largest = MathF.Max(largest, MathF.Abs(value));
            scales[place] = largest / Largest;
            var start = (exact.Start(place) & -Tile.Items) + ((place & (Tile.Items - 1)) * Together);
            for (var i = 0; i < vector.Length; i++)
                bytes[start + (i / Together * Together * Tile.Items) + (i % Together)] = (byte)(Rounded(vector[i], largest) + Offset);
        }
        return compact;
    }

    internal ReadOnlySpan<byte> At(int tile) => _bytes.Span.Slice(tile * Tile.Items * Exact.Dimensions, Tile.Items * Exact.Dimensions);

    internal ReadOnlySpan<float> Scales(int tile) => _scales.Span.Slice(tile * Tile.Items, Tile.Items);

    /// <summary>Divides first: 127 divided by the smallest numbers there are would be infinite.</summary>
    private static int Rounded(float value, float largest) => largest == 0 ? 0 : (int)MathF.Round(value / largest * Largest);
}
