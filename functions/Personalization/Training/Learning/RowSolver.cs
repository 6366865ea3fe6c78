using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>
/// Finds the vector x that makes Σ c·(1 − x·y)² + Σ diagonal·x² smaller: some steps of conjugate gradients from where it is,
/// each scaled by the diagonal. One for each thread.
/// </summary>
internal sealed class RowSolver(int stride)
{
    /// <summary>As many rows are copied together as the nearer caches hold; of more, some at a time.</summary>
    private const int Together = 1024;

    private readonly Aligned<float> gathered = new(Together * stride);
    private readonly Aligned<float> work = new(3 * stride);

    /// <remarks>Gives a vector of what is no number where single precision does not reach.</remarks>
    /// <param name="known">The other side's vectors.</param>
    /// <param name="met">Which of them count here.</param>
    /// <param name="confidences">How much each of them counts.</param>
    /// <param name="diagonal">What is added for all that is not known, and λ; above 0.</param>
    public void Improve(Matrix known, ReadOnlySpan<int> met, ReadOnlySpan<float> confidences, ReadOnlySpan<float> diagonal, int steps, Span<float> x)
    {
        var rest = work.Span[..stride];
        var step = work.Span.Slice(stride, stride);
        var image = work.Span.Slice(2 * stride, stride);
        if (met.Length <= Together) Gather(known, met);
        Pass(known, met, confidences, x, 1, rest);
        var gain = Begin(diagonal, x, rest, step);
        for (var n = 0; n < steps && gain > 1e-30f; n++)
        {
            Pass(known, met, confidences, step, 0, image);
            var bend = Bend(diagonal, step, image);
            if (!(bend > 0))
            {
                if (!float.IsFinite(bend)) x.Fill(float.NaN);
                return;
            }

            var before = gain;
            gain = Go(gain / bend, diagonal, step, image, x, rest);
            Redirect(gain / before, diagonal, rest, step);
        }

        // What ran out of numbers must not look like a vector.
        if (!float.IsFinite(gain)) x.Fill(float.NaN);
    }

    private void Pass(Matrix known, ReadOnlySpan<int> met, ReadOnlySpan<float> confidences, ReadOnlySpan<float> x, float bias, Span<float> into)
    {
        into.Clear();
        if (met.Length <= Together)
        {
            RowPass.Add(gathered.Span, confidences, x, bias, into);
            return;
        }

        for (var at = 0; at < met.Length; at += Together)
        {
            var count = Math.Min(Together, met.Length - at);
            Gather(known, met.Slice(at, count));
            RowPass.Add(gathered.Span, confidences.Slice(at, count), x, bias, into);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(Matrix known, ReadOnlySpan<int> met)
    {
        ref var from = ref MemoryMarshal.GetReference(known.All);
        ref var to = ref MemoryMarshal.GetReference(gathered.Span);
        for (var i = 0; i < met.Length; i++, to = ref Unsafe.Add(ref to, stride))
        {
            ref var row = ref Unsafe.Add(ref from, (nint)met[i] * stride);
            for (nuint j = 0; j < (nuint)stride; j += Matrix.Step) Vector512.LoadUnsafe(ref row, j).StoreUnsafe(ref to, j);
        }
    }

    /// <summary>What is left to mend, and the first direction; says how much there is to gain.</summary>
    private static float Begin(ReadOnlySpan<float> diagonal, ReadOnlySpan<float> x, Span<float> rest, Span<float> step)
    {
        var gain = Vector512<float>.Zero;
        for (var i = 0; i < x.Length; i += Matrix.Step)
        {
            var (d, r) = (At(diagonal, i), At(rest, i));
            r -= d * At(x, i);
            var z = r / d;
            r.CopyTo(rest[i..]);
            z.CopyTo(step[i..]);
            gain += r * z;
        }

        return Vector512.Sum(gain);
    }

    private static float Bend(ReadOnlySpan<float> diagonal, ReadOnlySpan<float> step, Span<float> image)
    {
        var bend = Vector512<float>.Zero;
        for (var i = 0; i < step.Length; i += Matrix.Step)
        {
            var s = At(step, i);
            var bent = (At(diagonal, i) * s) - At(image, i);
            bent.CopyTo(image[i..]);
            bend += s * bent;
        }

        return Vector512.Sum(bend);
    }

    private static float Go(float length, ReadOnlySpan<float> diagonal, ReadOnlySpan<float> step, ReadOnlySpan<float> image, Span<float> x, Span<float> rest)
    {
        var gain = Vector512<float>.Zero;
        for (var i = 0; i < step.Length; i += Matrix.Step)
        {
            (At(x, i) + (length * At(step, i))).CopyTo(x[i..]);
            var r = At(rest, i) - (length * At(image, i));
            r.CopyTo(rest[i..]);
            gain += r * (r / At(diagonal, i));
        }

        return Vector512.Sum(gain);
    }

    private static void Redirect(float keep, ReadOnlySpan<float> diagonal, ReadOnlySpan<float> rest, Span<float> step)
    {
        for (var i = 0; i < step.Length; i += Matrix.Step) ((At(rest, i) / At(diagonal, i)) + (keep * At(step, i))).CopyTo(step[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> At(ReadOnlySpan<float> values, int i) => Vector512.Create(values.Slice(i, Matrix.Step));
}
