using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// Scores candidates by weighted features kept as columns: feature after feature, the values of all candidates. Each
/// candidate's sum runs in column order, each step a rounded product and a rounded sum, never fused: a decision that
/// was logged is replayed to the bit on any other machine, and in a plain loop of any language.
/// </summary>
public static class ColumnScores
{
    /// <param name="columns">The value of candidate i in column j is at j · <paramref name="stride"/> + i.</param>
    /// <param name="stride">From one column to the next; at least as many as there are scores.</param>
    /// <param name="weights">One for each column. A column whose weight is 0 is not read: it may hold anything.</param>
    /// <param name="scores">One for each candidate.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score(ReadOnlySpan<float> columns, int stride, ReadOnlySpan<float> weights, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, scores.Length);
        if (weights.IsEmpty || scores.IsEmpty) scores.Clear();
        else if (((weights.Length - 1L) * stride) + scores.Length > columns.Length) throw new ArgumentException("fewer values than columns and candidates", nameof(columns));
        else Score(ref MemoryMarshal.GetReference(columns), (nuint)stride, weights, scores);
    }

    private static void Score(ref float columns, nuint stride, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var (count, n) = ((nuint)scores.Length, (nuint)Vector<float>.Count);
        ref var score = ref MemoryMarshal.GetReference(scores);
        nuint i = 0;
        for (; i + (4 * n) <= count; i += 4 * n) Four(ref Unsafe.Add(ref columns, i), stride, weights, ref Unsafe.Add(ref score, i));
        for (; i + n <= count; i += n) One(ref Unsafe.Add(ref columns, i), stride, weights, ref Unsafe.Add(ref score, i));
        // The rest once more with those before it, as every candidate's sum is its own.
        if (i < count && count >= n) One(ref Unsafe.Add(ref columns, count - n), stride, weights, ref Unsafe.Add(ref score, count - n));
        else for (; i < count; i++) Unsafe.Add(ref score, i) = Plain(ref Unsafe.Add(ref columns, i), stride, weights);
    }

    private static void Four(ref float values, nuint stride, ReadOnlySpan<float> weights, ref float scores)
    {
        var n = (nuint)Vector<float>.Count;
        var (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        nuint at = 0;
        foreach (var weight in weights)
        {
            if (weight != 0)
            {
                var w = new Vector<float>(weight);
                a += w * Vector.LoadUnsafe(ref values, at);
                b += w * Vector.LoadUnsafe(ref values, at + n);
                c += w * Vector.LoadUnsafe(ref values, at + (2 * n));
                d += w * Vector.LoadUnsafe(ref values, at + (3 * n));
            }
            at += stride;
        }
        a.StoreUnsafe(ref scores);
        b.StoreUnsafe(ref scores, n);
        c.StoreUnsafe(ref scores, 2 * n);
        d.StoreUnsafe(ref scores, 3 * n);
    }

    private static void One(ref float values, nuint stride, ReadOnlySpan<float> weights, ref float scores)
    {
        var (sum, at) = (Vector<float>.Zero, (nuint)0);
        foreach (var weight in weights)
        {
            if (weight != 0) sum += new Vector<float>(weight) * Vector.LoadUnsafe(ref values, at);
            at += stride;
        }
        sum.StoreUnsafe(ref scores);
    }

    private static float Plain(ref float values, nuint stride, ReadOnlySpan<float> weights)
    {
        var (sum, at) = (0f, (nuint)0);
        foreach (var weight in weights)
        {
            if (weight != 0) sum += weight * Unsafe.Add(ref values, at);
            at += stride;
        }
        return sum;
    }
}
