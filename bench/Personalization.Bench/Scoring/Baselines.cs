using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Bench.Scoring;

/// <summary>What the kernels are held against: how fast memory can be read at all, and the ways to score one would write first.</summary>
internal static class Baselines
{
    /// <summary>Kept, so that nothing is optimized away.</summary>
    public static float Sink { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum(ReadOnlySpan<float> values)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint i = 0; i + 64 <= (nuint)values.Length; i += 64)
        {
            a += Vector512.LoadUnsafe(ref value, i);
            b += Vector512.LoadUnsafe(ref value, i + 16);
            c += Vector512.LoadUnsafe(ref value, i + 32);
            d += Vector512.LoadUnsafe(ref value, i + 48);
        }
        Sink = Vector512.Sum(a + b + c + d);
    }

    /// <summary>One item after the other, each its own dot product; a heap of the best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float[] rows, float[] person, PriorityQueue<int, float> best, int wanted)
    {
        best.Clear();
        for (var (place, at) = (0, 0); at < rows.Length; place++, at += person.Length)
            Keep(best, wanted, place, Dot(rows.AsSpan(at, person.Length), person));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Loop(float[] rows, float[] person, PriorityQueue<int, float> best, int wanted)
    {
        best.Clear();
        for (var (place, at) = (0, 0); at < rows.Length; place++, at += person.Length)
        {
            var sum = 0f;
            for (var i = 0; i < person.Length; i++) sum += rows[at + i] * person[i];
            Keep(best, wanted, place, sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float[] columns, int stride, float[] weights, float[] scores)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            var sum = 0f;
            for (var j = 0; j < weights.Length; j++) sum += weights[j] * columns[(j * stride) + i];
            scores[i] = sum;
        }
    }

    private static float Dot(ReadOnlySpan<float> item, ReadOnlySpan<float> person)
    {
        ref var x = ref MemoryMarshal.GetReference(item);
        ref var y = ref MemoryMarshal.GetReference(person);
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint i = 0; i + 32 <= (nuint)person.Length; i += 32)
        {
            a = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i), Vector512.LoadUnsafe(ref y, i), a);
            b = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i + 16), Vector512.LoadUnsafe(ref y, i + 16), b);
        }
        return Vector512.Sum(a + b);
    }

    private static void Keep(PriorityQueue<int, float> best, int wanted, int place, float score)
    {
        if (best.Count < wanted) best.Enqueue(place, score);
        else if (best.TryPeek(out _, out var worst) && score > worst) best.EnqueueDequeue(place, score);
    }
}
