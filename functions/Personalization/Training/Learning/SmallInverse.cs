using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>The inverse of a symmetric matrix that stretches every direction, in double precision; for a few hundred rows.</summary>
internal static class SmallInverse
{
    /// <param name="matrix">n rows of n; gets the inverse.</param>
    /// <exception cref="ArithmeticException">There is a direction that it does not stretch.</exception>
    public static void Of(Span<double> matrix, int n)
    {
        // Row by row as the large one, block by block.
        var column = new double[n];
        for (var k = 0; k < n; k++)
        {
            var pivot = matrix[(k * n) + k];
            if (!(pivot > 0) || !double.IsFinite(pivot)) throw new ArithmeticException("a matrix does not stretch every direction");
            matrix.Slice(k * n, n).CopyTo(column);
            for (var i = 0; i < n; i++)
            {
                if (i == k) continue;
                var row = matrix.Slice(i * n, n);
                var share = column[i] / pivot;
                TensorPrimitives.MultiplyAdd<double>(column, -share, row, row);
                row[k] = share;
            }

            var own = matrix.Slice(k * n, n);
            TensorPrimitives.Divide<double>(column, pivot, own);
            own[k] = -1 / pivot;
        }

        TensorPrimitives.Negate(matrix, matrix);
    }
}
