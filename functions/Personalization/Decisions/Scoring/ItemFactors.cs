namespace Personalization.Decisions.Scoring;

/// <summary>
/// The vectors of all items, one place each, as one immutable snapshot that any number of threads read. Kept in tiles,
/// transposed: for each tile, for each dimension, the values of its 64 items, so that one step of the scan serves 64
/// items; the last tile is filled up with zeros.
/// </summary>
public sealed class ItemFactors
{
    private readonly Aligned<float> _values;

    private ItemFactors(FactorShape shape) => (Shape, _values) = (shape, new(shape.Room));

    /// <summary>How many items, and how long their vectors.</summary>
    public FactorShape Shape { get; }

    internal ReadOnlySpan<float> Values => _values.Span;

    /// <summary>Copies vectors that lie one after the other.</summary>
    /// <inheritdoc cref="FactorShape(ReadOnlySpan{float}, int)"/>
    public static ItemFactors Of(ReadOnlySpan<float> rows, int dimensions)
    {
        var items = new ItemFactors(new(rows, dimensions));
        var values = items._values.Span;
        for (var place = 0; place < items.Shape.Count; place++)
        {
            var start = items.Start(place);
            for (var i = 0; i < dimensions; i++) values[start + (i * Tile.Items)] = rows[(place * dimensions) + i];
        }
        return items;
    }

    /// <summary>The vector at a place, such as to look for items like it.</summary>
    public void CopyTo(int place, Span<float> vector)
    {
        Shape.Check(place);
        var start = Start(place);
        for (var i = 0; i < Shape.Dimensions; i++) vector[i] = Values[start + (i * Tile.Items)];
    }

    internal ReadOnlySpan<float> At(int tile) => Values.Slice(tile * Tile.Items * Shape.Dimensions, Tile.Items * Shape.Dimensions);

    /// <summary>Where the first value of an item is; the others follow one tile width apart.</summary>
    private int Start(int place) => ((place & -Tile.Items) * Shape.Dimensions) + (place & (Tile.Items - 1));
}
