using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// Items are scored in tiles of 64: one item, one lane. 64 lanes are four of the widest vectors, whose sums hide each
/// other's latency and share the person's value; one after the other in memory they make one stream, which is read at
/// the speed of the memory; and what is left out of a tile is one word.
/// </summary>
internal static class Tile
{
    public const int Items = 64;

    public static int Count(int items) => (items + Items - 1) / Items;

    /// <summary>The lanes that hold one of <paramref name="items"/> items.</summary>
    public static ulong Open(int items) => items >= Items ? ulong.MaxValue : (1UL << items) - 1;

    /// <summary>The lanes of a tile whose score is above the bar.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Above(ReadOnlySpan<float> scores, float bar)
    {
        ref var score = ref MemoryMarshal.GetReference(scores[..Items]);
        var above = 0UL;
        if (Vector512.IsHardwareAccelerated)
        {
            for (var i = 0; i < Items; i += Vector512<float>.Count)
                above |= Vector512.GreaterThan(Vector512.LoadUnsafe(ref score, (nuint)i), Vector512.Create(bar)).ExtractMostSignificantBits() << i;
            return above;
        }
        for (var i = 0; i < Items; i += Vector128<float>.Count)
            above |= (ulong)Vector128.GreaterThan(Vector128.LoadUnsafe(ref score, (nuint)i), Vector128.Create(bar)).ExtractMostSignificantBits() << i;
        return above;
    }
}
