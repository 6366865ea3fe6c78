using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// The scores of one tile for one person. Every lane sums its own item, dimension after dimension, each step one fused
/// multiply-add with one rounding: a vector of any width, on any processor, gives the same bits as
/// <see cref="MathF.FusedMultiplyAdd"/> in a plain loop.
/// </summary>
internal static class TileScores
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of(ReadOnlySpan<float> tile, ReadOnlySpan<float> person, Span<float> scores)
    {
        if (Vector512.IsHardwareAccelerated) Wide(tile, person, scores);
        else Narrow(tile, person, scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wide(ReadOnlySpan<float> tile, ReadOnlySpan<float> person, Span<float> scores)
    {
        ref var value = ref MemoryMarshal.GetReference(tile[..(person.Length * Tile.Items)]);
        ref var score = ref MemoryMarshal.GetReference(scores[..Tile.Items]);
        ref var weight = ref MemoryMarshal.GetReference(person);
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint i = 0, at = 0; i < (nuint)person.Length; i++, at += Tile.Items)
        {
            var w = Vector512.Create(Unsafe.Add(ref weight, i));
            a = Vector512.FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref value, at), a);
            b = Vector512.FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref value, at + 16), b);
            c = Vector512.FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref value, at + 32), c);
            d = Vector512.FusedMultiplyAdd(w, Vector512.LoadUnsafe(ref value, at + 48), d);
        }
        a.StoreUnsafe(ref score);
        b.StoreUnsafe(ref score, 16);
        c.StoreUnsafe(ref score, 32);
        d.StoreUnsafe(ref score, 48);
    }

    /// <summary>The same with the vectors this processor has: four of them at a time.</summary>
    public static void Narrow(ReadOnlySpan<float> tile, ReadOnlySpan<float> person, Span<float> scores)
    {
        ref var value = ref MemoryMarshal.GetReference(tile[..(person.Length * Tile.Items)]);
        ref var score = ref MemoryMarshal.GetReference(scores[..Tile.Items]);
        ref var weight = ref MemoryMarshal.GetReference(person);
        var n = (nuint)Vector<float>.Count;
        for (nuint lane = 0; lane < Tile.Items; lane += 4 * n)
        {
            var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            for (nuint i = 0, at = lane; i < (nuint)person.Length; i++, at += Tile.Items)
            {
                var w = new Vector<float>(Unsafe.Add(ref weight, i));
                a = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref value, at), a);
                b = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref value, at + n), b);
                c = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref value, at + (2 * n)), c);
                d = Vector.FusedMultiplyAdd(w, Vector.LoadUnsafe(ref value, at + (3 * n)), d);
            }
            a.StoreUnsafe(ref score, lane);
            b.StoreUnsafe(ref score, lane + n);
            c.StoreUnsafe(ref score, lane + (2 * n));
            d.StoreUnsafe(ref score, lane + (3 * n));
        }
    }
}
