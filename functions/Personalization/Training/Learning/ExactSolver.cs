using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>
/// Finds the vector x that makes Σ c·(1 − x·y)² + Σ diagonal·x² smallest, in double precision. Of fewer met than there are
/// dimensions, an equation for each: with Z = Y·D^-½ it is D^-½·Zᵀβ where (1/c + Z·Zᵀ) β = 1; otherwise one for each dimension,
/// (D + Σ c·y·yᵀ) x = Σ c·y. One for each thread; room is made when it is first needed.
/// </summary>
internal sealed class ExactSolver(int stride)
{
    private double[] system = [];
    private double[] rows = [];
    private double[] right = [];

    /// <inheritdoc cref="RowSolver.Improve"/>
    public void Solve(Matrix known, ReadOnlySpan<int> met, ReadOnlySpan<float> confidences, ReadOnlySpan<float> diagonal, Span<float> x)
    {
        if (system.Length == 0) (system, rows, right) = (new double[stride * stride], new double[stride * stride], new double[2 * stride]);
        if (met.Length < stride) ByMet(known, met, confidences, diagonal, x);
        else ByDimension(known, met, confidences, diagonal, x);
    }

    private void ByMet(Matrix known, ReadOnlySpan<int> met, ReadOnlySpan<float> confidences, ReadOnlySpan<float> diagonal, Span<float> x)
    {
        var k = met.Length;
        var roots = right.AsSpan(stride);
        var beta = right.AsSpan(0, k);
        for (var d = 0; d < stride; d++) roots[d] = 1 / Math.Sqrt(diagonal[d]);
        for (var i = 0; i < k; i++)
        {
            var row = rows.AsSpan(i * stride, stride);
            TensorPrimitives.ConvertSaturating(known[met[i]], row);
            TensorPrimitives.Multiply(row, roots, row);
            for (var j = 0; j <= i; j++) system[(i * stride) + j] = TensorPrimitives.Dot<double>(row, rows.AsSpan(j * stride, stride));
            system[(i * stride) + i] += 1.0 / confidences[i];
            beta[i] = 1;
        }

        Cholesky.Solve(system, stride, beta);
        var sum = system.AsSpan(0, stride);
        sum.Clear();
        for (var i = 0; i < k; i++) TensorPrimitives.MultiplyAdd(rows.AsSpan(i * stride, stride), beta[i], sum, sum);
        for (var d = 0; d < stride; d++) x[d] = (float)(sum[d] * roots[d]);
    }

    private void ByDimension(Matrix known, ReadOnlySpan<int> met, ReadOnlySpan<float> confidences, ReadOnlySpan<float> diagonal, Span<float> x)
    {
        var wide = rows.AsSpan(0, stride);
        var sums = right.AsSpan(0, stride);
        system.AsSpan().Clear();
        sums.Clear();
        for (var d = 0; d < stride; d++) system[(d * stride) + d] = diagonal[d];
        for (var i = 0; i < met.Length; i++)
        {
            TensorPrimitives.ConvertSaturating(known[met[i]], wide);
            TensorPrimitives.MultiplyAdd(wide, confidences[i], sums, sums);
            for (var d = 0; d < stride; d++)
            {
                var into = system.AsSpan(d * stride, d + 1);
                TensorPrimitives.MultiplyAdd(wide[..(d + 1)], confidences[i] * wide[d], into, into);
            }
        }

        Cholesky.Solve(system, stride, sums);
        for (var d = 0; d < stride; d++) x[d] = (float)sums[d];
    }
}
