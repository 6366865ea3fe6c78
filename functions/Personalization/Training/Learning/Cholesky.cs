using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>Solves A·x = b of a symmetric matrix that stretches every direction, in double precision.</summary>
internal static class Cholesky
{
    /// <param name="matrix">Only the half with column ≤ row is read; used up.</param>
    /// <param name="stride">How far one row is from the next.</param>
    /// <param name="right">As many as there are equations; gets x, which is no number where the matrix stretches a direction not at all.</param>
    public static void Solve(Span<double> matrix, int stride, Span<double> right)
    {
        for (var i = 0; i < right.Length; i++)
        {
            var row = matrix.Slice(i * stride, i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * stride, j + 1);
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], other[..j])) / other[j];
            }

            row[i] = Math.Sqrt(row[i] - TensorPrimitives.SumOfSquares<double>(row[..i]));
            right[i] = (right[i] - TensorPrimitives.Dot<double>(row[..i], right[..i])) / row[i];
        }

        for (var i = right.Length - 1; i >= 0; i--)
        {
            right[i] /= matrix[(i * stride) + i];
            TensorPrimitives.MultiplyAdd(matrix.Slice(i * stride, i), -right[i], right[..i], right[..i]);
        }
    }
}
