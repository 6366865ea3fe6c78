namespace Personalization.Decisions.Scoring;

/// <summary>How many vectors a snapshot holds and how long they are.</summary>
public readonly record struct FactorShape
{
    /// <summary>Dimensions are a multiple of this.</summary>
    public const int DimensionStep = 8;

    /// <summary>Most dimensions.</summary>
    public const int MaxDimensions = 256;

    /// <param name="rows">The vectors one after the other; each value is a finite number.</param>
    /// <param name="dimensions">Values per vector: a multiple of 8, at most 256.</param>
    /// <exception cref="ArgumentException">A value is not finite, or the lengths do not fit.</exception>
    public FactorShape(ReadOnlySpan<float> rows, int dimensions)
    {
        if (dimensions is < DimensionStep or > MaxDimensions || dimensions % DimensionStep != 0)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "a multiple of 8 from 8 to 256");
        if (rows.Length % dimensions != 0) throw new ArgumentException("the last vector is cut off", nameof(rows));
        for (var i = 0; i < rows.Length; i++)
        {
            if (!float.IsFinite(rows[i])) throw new ArgumentException($"the vector at place {i / dimensions} holds a value that is not finite", nameof(rows));
        }
        (Count, Dimensions) = (rows.Length / dimensions, dimensions);
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>How long a vector is.</summary>
    public int Dimensions { get; }

    internal int Tiles => Tile.Count(Count);

    /// <summary>Values in whole tiles.</summary>
    internal int Room => checked(Tiles * Tile.Items * Dimensions);

    /// <summary>The lanes of a tile that hold an item which is not left out.</summary>
    internal ulong Open(int tile, ReadOnlySpan<ulong> leftOut) =>
        Tile.Open(Count - (tile * Tile.Items)) & (leftOut.IsEmpty ? ulong.MaxValue : ~leftOut[tile]);

    internal void Check(int place)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count);
    }
}
