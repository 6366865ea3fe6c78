using System.Buffers.Text;

namespace Personalization.Experiments;

/// <summary>
/// Where chance that can be repeated puts somebody: a place from 0 up to 1 for a text, another one under each seed. As the
/// GrowthBook libraries compute it, so that the same texts land in the same places there. Nothing here allocates but
/// making ranges.
/// </summary>
/// <remarks>
/// 32 bits of FNV-1a over UTF-8. Version 1 hashes once and has a thousand places; seeds that differ at their end give places
/// that hang together, so nothing here goes by it but <see cref="InNamespace"/>. Version 2 hashes the digits of the hash
/// once more and has ten thousand.
/// </remarks>
public static class Bucketing
{
    /// <summary>How many places version 2 knows.</summary>
    public const int Places = 10_000;

    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    /// <returns>Null for a version that does not exist.</returns>
    public static double? Hash(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> value, int version) => version switch
    {
        1 => Fold(Fold(Offset, value), seed) % 1000 / 1000d,
        2 => Place(seed, value) / (double)Places,
        _ => null,
    };

    /// <summary>The place of version 2, as a whole number.</summary>
    public static int Place(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> value)
    {
        Span<byte> digits = stackalloc byte[10];
        Utf8Formatter.TryFormat(Fold(Fold(Offset, seed), value), digits, out var length);
        return (int)(Fold(Offset, digits[..length]) % Places);
    }

    /// <summary>Whether somebody is in the part of a namespace that goes from one place up to another.</summary>
    public static bool InNamespace(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, double from, double to)
    {
        var place = Fold(Fold(Fold(Offset, value), "__"u8), name) % 1000 / 1000d;
        return place >= from && place < to;
    }

    /// <summary>The same weight for each, together 1.</summary>
    public static double[] EqualWeights(int variants)
    {
        if (variants < 1) return [];
        var weights = new double[variants];
        Array.Fill(weights, 1d / variants);
        return weights;
    }

    /// <summary>Which places belong to which variant, side by side; of each the first part, as large as the coverage.</summary>
    /// <param name="variants">How many.</param>
    /// <param name="coverage">0 to 1; what is beyond that is taken for the nearer end.</param>
    /// <param name="weights">Equal where none are given, or not one for each, or not 1 together.</param>
    public static BucketRange[] Ranges(int variants, double coverage, ReadOnlySpan<double> weights)
    {
        coverage = Math.Clamp(coverage, 0, 1);
        var sum = 0d;
        foreach (var weight in weights) sum += weight;
        if (weights.Length != variants || sum is not (>= 0.99 and <= 1.01)) weights = EqualWeights(variants);
        var ranges = new BucketRange[weights.Length];
        var from = 0d;
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new(from, from + (coverage * weights[i]));
            from += weights[i];
        }

        return ranges;
    }

    /// <summary>Which range a place is in; -1 for none.</summary>
    public static int Choose(double place, ReadOnlySpan<BucketRange> ranges)
    {
        for (var i = 0; i < ranges.Length; i++)
            if (ranges[i].Holds(place)) return i;
        return -1;
    }

    private static uint Fold(uint hash, ReadOnlySpan<byte> text)
    {
        foreach (var b in text) hash = unchecked((hash ^ b) * Prime);
        return hash;
    }
}

/// <param name="From">Its first place.</param>
/// <param name="To">The first place after it.</param>
public readonly record struct BucketRange(double From, double To)
{
    public bool Holds(double place) => place >= From && place < To;
}
