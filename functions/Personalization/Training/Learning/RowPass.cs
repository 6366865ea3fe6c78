using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Training.Learning;

/// <summary>One reading of some rows y with weights c for a vector x: Σ c·(bias − y·x)·y.</summary>
internal static class RowPass
{
    /// <param name="rows">As many as there are weights, each as long as <paramref name="x"/>, a multiple of sixteen.</param>
    /// <param name="into">What the sum is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, ReadOnlySpan<float> x, float bias, Span<float> into)
    {
        var length = (nuint)x.Length;
        ref var row = ref MemoryMarshal.GetReference(rows);
        ref var at = ref MemoryMarshal.GetReference(x);
        ref var sum = ref MemoryMarshal.GetReference(into);
        var i = 0;
        for (; i + 4 <= weights.Length; i += 4, row = ref Unsafe.Add(ref row, 4 * length))
            Four(ref row, weights.Slice(i, 4), ref at, bias, ref sum, length);
        for (; i < weights.Length; i++, row = ref Unsafe.Add(ref row, length))
        {
            var s = Vector512<float>.Zero;
            for (nuint j = 0; j < length; j += 16) s = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, j), Vector512.LoadUnsafe(ref at, j), s);
            var t = Vector512.Create(weights[i] * (bias - Vector512.Sum(s)));
            for (nuint j = 0; j < length; j += 16) Vector512.FusedMultiplyAdd(t, Vector512.LoadUnsafe(ref row, j), Vector512.LoadUnsafe(ref sum, j)).StoreUnsafe(ref sum, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(ref float row, ReadOnlySpan<float> weights, ref float at, float bias, ref float sum, nuint length)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint j = 0; j < length; j += 16)
        {
            var x = Vector512.LoadUnsafe(ref at, j);
            a = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, j), x, a);
            b = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, length + j), x, b);
            c = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, (2 * length) + j), x, c);
            d = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, (3 * length) + j), x, d);
        }

        a = Vector512.Create(weights[0] * (bias - Vector512.Sum(a)));
        b = Vector512.Create(weights[1] * (bias - Vector512.Sum(b)));
        c = Vector512.Create(weights[2] * (bias - Vector512.Sum(c)));
        d = Vector512.Create(weights[3] * (bias - Vector512.Sum(d)));
        for (nuint j = 0; j < length; j += 16)
        {
            var s = Vector512.LoadUnsafe(ref sum, j);
            s = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref row, j), s);
            s = Vector512.FusedMultiplyAdd(b, Vector512.LoadUnsafe(ref row, length + j), s);
            s = Vector512.FusedMultiplyAdd(c, Vector512.LoadUnsafe(ref row, (2 * length) + j), s);
            s = Vector512.FusedMultiplyAdd(d, Vector512.LoadUnsafe(ref row, (3 * length) + j), s);
            s.StoreUnsafe(ref sum, j);
        }
    }
}
