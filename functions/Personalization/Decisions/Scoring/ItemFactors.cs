namespace Personalization.Decisions.Scoring;

/// <summary>
/// The vectors of all items, one place each, as one immutable snapshot that any number of threads read. Kept in tiles,
/// transposed: for each tile, for each dimension, the values of its 64 items, so that one step of the scan serves 64
/// items; the last tile is filled up with zeros.
/// </summary>
public sealed class ItemFactors
{
    /// <summary>Dimensions are a multiple of this.</summary>
    public const int DimensionStep = 8;

    /// <summary>Most dimensions.</summary>
    public const int MaxDimensions = 256;

    private readonly Aligned<float> _values;

    private ItemFactors(int count, int dimensions)
    {
        (Count, Dimensions) = (count, dimensions);
        _values = new(checked(Tiles * Tile.Items * dimensions));
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>How long a vector is.</summary>
    public int Dimensions { get; }

    internal int Tiles => Tile.Count(Count);

    internal ReadOnlySpan<float> Values => _values.Span;

    /// <summary>Copies vectors that lie one after the other.</summary>
    /// <param name="rows">The vectors; each value is a finite number.</param>
    /// <param name="dimensions">Values per vector: a multiple of 8, at most 256.</param>
    /// <exception cref="ArgumentException">A value is not finite, or the lengths do not fit.</exception>
    public static ItemFactors Of(ReadOnlySpan<float> rows, int dimensions)
    {
        if (dimensions is < DimensionStep or > MaxDimensions || dimensions % DimensionStep != 0)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "a multiple of 8 from 8 to 256");
        if (rows.Length % dimensions != 0) throw new ArgumentException("the last vector is cut off", nameof(rows));
        var items = new ItemFactors(rows.Length / dimensions, dimensions);
        var values = items._values.Span;
        for (var place = 0; place < items.Count; place++)
        {
            var row = rows.Slice(place * dimensions, dimensions);
            var start = items.Start(place);
            for (var i = 0; i < dimensions; i++)
            {
                if (!float.IsFinite(row[i])) throw new ArgumentException($"the vector at place {place} holds a value that is not finite", nameof(rows));
                values[start + (i * Tile.Items)] = row[i];
            }
        }
        return items;
    }

    /// <summary>The vector at a place, such as to look for items like it.</summary>
    public void CopyTo(int place, Span<float> vector)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count);
        var start = Start(place);
        for (var i = 0; i < Dimensions; i++) vector[i] = Values[start + (i * Tile.Items)];
    }

    internal ReadOnlySpan<float> At(int tile) => Values.Slice(tile * Tile.Items * Dimensions, Tile.Items * Dimensions);

    /// <summary>The lanes of a tile that hold an item which is not left out.</summary>
    internal ulong Open(int tile, ReadOnlySpan<ulong> leftOut) =>
        Tile.Open(Count - (tile * Tile.Items)) & (leftOut.IsEmpty ? ulong.MaxValue : ~leftOut[tile]);

    /// <summary>Where the first value of an item is; the others follow one tile width apart.</summary>
    internal int Start(int place) => ((place & -Tile.Items) * Dimensions) + (place & (Tile.Items - 1));
}
