using System.Runtime.InteropServices;

namespace Personalization.Popularity;

/// <summary>The last tally of a hub partition that a shard has the effect of.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Folded(uint Partition, uint Reserved, long Ordinal)
{
    public static bool Has(ReadOnlySpan<Folded> folded, uint partition, long ordinal)
    {
        foreach (var f in folded)
            if (f.Partition == partition) return ordinal <= f.Ordinal;
        return false;
    }

    /// <summary>What was folded before and what is folded now, the later of each partition.</summary>
    public static Folded[] Later(IEnumerable<Folded> before, IEnumerable<Folded> now) =>
        [.. before.Concat(now).GroupBy(f => f.Partition).Select(g => g.MaxBy(f => f.Ordinal)).OrderBy(f => f.Partition)];
}
