using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// Sums of products of bytes for one tile, exact in 32 bits: |Σ| ≤ 256 · 255 · 63 &lt; 2²⁴, which a float holds as well.
/// .NET 10 offers the instructions that multiply and sum four bytes at once only for processors with AVX-VNNI, not for
/// those with the AVX-512 form; two instructions do the same and the memory stays the limit.
/// </summary>
internal static class CompactScores
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of(ReadOnlySpan<byte> tile, ReadOnlySpan<float> scales, CompactPerson person, Span<float> scores)
    {
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported) Wide(tile, scales, person, scores);
        else if (Avx2.IsSupported) Half(tile, scales, person, scores);
        else Any(tile, scales, person, scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Wide(ReadOnlySpan<byte> tile, ReadOnlySpan<float> scales, CompactPerson person, Span<float> scores)
    {
        ref var value = ref MemoryMarshal.GetReference(tile[..(person.Fours.Length * 4 * Tile.Items)]);
        ref var four = ref MemoryMarshal.GetReference(person.Fours);
        var start = Vector512.Create(person.Start);
        var (a, b, c, d) = (start, start, start, start);
        for (nuint i = 0, at = 0; i < (nuint)person.Fours.Length; i++, at += 4 * Tile.Items)
        {
            var w = Vector512.Create(Unsafe.Add(ref four, i)).AsSByte();
            a += Product(Vector512.LoadUnsafe(ref value, at), w);
            b += Product(Vector512.LoadUnsafe(ref value, at + 64), w);
            c += Product(Vector512.LoadUnsafe(ref value, at + 128), w);
            d += Product(Vector512.LoadUnsafe(ref value, at + 192), w);
        }
        ref var score = ref MemoryMarshal.GetReference(scores[..Tile.Items]);
        ref var scale = ref MemoryMarshal.GetReference(scales[..Tile.Items]);
        (Vector512.ConvertToSingle(a) * Vector512.LoadUnsafe(ref scale)).StoreUnsafe(ref score);
        (Vector512.ConvertToSingle(b) * Vector512.LoadUnsafe(ref scale, 16)).StoreUnsafe(ref score, 16);
        (Vector512.ConvertToSingle(c) * Vector512.LoadUnsafe(ref scale, 32)).StoreUnsafe(ref score, 32);
        (Vector512.ConvertToSingle(d) * Vector512.LoadUnsafe(ref scale, 48)).StoreUnsafe(ref score, 48);
    }

    /// <summary>Two vectors of eight items at a time.</summary>
    public static void Half(ReadOnlySpan<byte> tile, ReadOnlySpan<float> scales, CompactPerson person, Span<float> scores)
    {
        ref var value = ref MemoryMarshal.GetReference(tile[..(person.Fours.Length * 4 * Tile.Items)]);
        ref var score = ref MemoryMarshal.GetReference(scores[..Tile.Items]);
        ref var scale = ref MemoryMarshal.GetReference(scales[..Tile.Items]);
        for (nuint lane = 0; lane < Tile.Items; lane += 16)
        {
            var (a, b) = (Vector256.Create(person.Start), Vector256.Create(person.Start));
            var at = 4 * lane;
            foreach (var four in person.Fours)
            {
                var w = Vector256.Create(four).AsSByte();
                a += Product(Vector256.LoadUnsafe(ref value, at), w);
                b += Product(Vector256.LoadUnsafe(ref value, at + 32), w);
                at += 4 * Tile.Items;
            }
            (Vector256.ConvertToSingle(a) * Vector256.LoadUnsafe(ref scale, lane)).StoreUnsafe(ref score, lane);
            (Vector256.ConvertToSingle(b) * Vector256.LoadUnsafe(ref scale, lane + 8)).StoreUnsafe(ref score, lane + 8);
        }
    }

    /// <summary>Every processor: bytes as the even and odd halves of 16-bit numbers.</summary>
    public static void Any(ReadOnlySpan<byte> tile, ReadOnlySpan<float> scales, CompactPerson person, Span<float> scores)
    {
        ref var value = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, int>(tile[..(person.Fours.Length * 4 * Tile.Items)]));
        ref var score = ref MemoryMarshal.GetReference(scores[..Tile.Items]);
        ref var scale = ref MemoryMarshal.GetReference(scales[..Tile.Items]);
        for (nuint lane = 0; lane < Tile.Items; lane += (nuint)Vector<int>.Count)
        {
            var (sum, at) = (new Vector<int>(person.Start), lane);
            foreach (var four in person.Fours)
            {
                sum += Product(Vector.LoadUnsafe(ref value, at), four);
                at += Tile.Items;
            }
            (Vector.ConvertToSingle(sum) * Vector.LoadUnsafe(ref scale, lane)).StoreUnsafe(ref score, lane);
        }
    }

    private static Vector512<int> Product(Vector512<byte> item, Vector512<sbyte> person) =>
        Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(item, person), Vector512<short>.One);

    private static Vector256<int> Product(Vector256<byte> item, Vector256<sbyte> person) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(item, person), Vector256<short>.One);

    private static Vector<int> Product(Vector<int> item, int person)
    {
        var even = Vector.AsVectorInt16(item & new Vector<int>(0x00FF_00FF)) * Pair((sbyte)person, (sbyte)(person >> 16));
        var odd = Vector.AsVectorInt16(Vector.ShiftRightLogical(item, 8) & new Vector<int>(0x00FF_00FF)) * Pair((sbyte)(person >> 8), (sbyte)(person >> 24));
        var pairs = Vector.AsVectorInt32(even + odd);
        return Vector.ShiftRightArithmetic(pairs, 16) + Vector.ShiftRightArithmetic(Vector.ShiftLeft(pairs, 16), 16);
    }

    private static Vector<short> Pair(short low, short high) => Vector.AsVectorInt16(new Vector<int>((high << 16) | (ushort)low));
}
