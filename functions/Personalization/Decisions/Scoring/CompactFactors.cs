namespace Personalization.Decisions.Scoring;

/// <summary>
/// The same as <see cref="ItemFactors"/> with a byte for a value, a quarter of the memory to read: enough to find who
/// may be among the best, who are then scored exactly. A value v of an item is stored as round(v / scale) + 128 with the
/// item's own scale, its largest value / 127. For each tile, for each four dimensions, the four bytes of its 64 items.
/// The vectors themselves are kept as rows: a few single items are read, and in tiles each of them would be a cache line
/// per dimension.
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
    private readonly Aligned<float> _rows;

    private CompactFactors(FactorShape shape, ReadOnlySpan<float> rows)
    {
        Shape = shape;
        _bytes = new(shape.Room);
        _scales = new(shape.Tiles * Tile.Items);
        _rows = new(rows.Length);
        rows.CopyTo(_rows.Span);
    }

    /// <summary>How many items, and how long their vectors.</summary>
    public FactorShape Shape { get; }

    /// <summary>Copies vectors that lie one after the other.</summary>
    /// <inheritdoc cref="FactorShape(ReadOnlySpan{float}, int)"/>
    public static CompactFactors Of(ReadOnlySpan<float> rows, int dimensions)
    {
        var compact = new CompactFactors(new(rows, dimensions), rows);
        var bytes = compact._bytes.Span;
        for (var place = 0; place < compact.Shape.Count; place++)
        {
            var row = compact.Row(place);
            var largest = Largeness(row);
            compact._scales.Span[place] = largest / Largest;
            var start = ((place & -Tile.Items) * dimensions) + ((place & (Tile.Items - 1)) * Together);
            for (var i = 0; i < dimensions; i++)
                bytes[start + (i / Together * Together * Tile.Items) + (i % Together)] = (byte)(Rounded(row[i], largest, Largest) + Offset);
        }
        return compact;
    }

    /// <summary>The vector at a place, such as to look for items like it.</summary>
    public ReadOnlySpan<float> Row(int place)
    {
        Shape.Check(place);
        return _rows.Span.Slice(place * Shape.Dimensions, Shape.Dimensions);
    }

    /// <summary>All vectors, one after the other.</summary>
    internal ReadOnlySpan<float> All => _rows.Span;

    internal ReadOnlySpan<byte> At(int tile) => _bytes.Span.Slice(tile * Tile.Items * Shape.Dimensions, Tile.Items * Shape.Dimensions);

    internal ReadOnlySpan<float> Scales(int tile) => _scales.Span.Slice(tile * Tile.Items, Tile.Items);

    internal static float Largeness(ReadOnlySpan<float> vector)
    {
        var largest = 0f;
        foreach (var value in vector) largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    /// <summary>Divides first: the steps divided by the smallest values there are would be infinite.</summary>
    internal static int Rounded(float value, float largest, int steps) => largest == 0 ? 0 : (int)MathF.Round(value / largest * steps);
}
