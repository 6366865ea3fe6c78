using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>
/// The inverse of a large symmetric matrix that stretches every direction, in its own memory. Blocks of rows are swept one after
/// the other: with D the block on the diagonal and C what stands below and beside it, every other place loses C·D⁻¹·Cᵀ, the
/// block's own columns become C·D⁻¹ and D becomes -D⁻¹; at the end the whole matrix is the inverse with its sign turned.
/// n³ operations, almost all of them in one kernel.
/// </summary>
internal static class Inverse
{
    private const int Block = 256;
    private const int Columns = Tile.Columns;

    /// <param name="matrix">Square; only the half with column ≤ row is read. Gets the inverse, in that half only.</param>
    /// <exception cref="ArithmeticException">There is a direction that it does not stretch, or a value that is no number.</exception>
    public static void Of(Matrix matrix, int threads, CancellationToken stop)
    {
        var n = matrix.Rows;
        var width = (n + Columns - 1) & -Columns;
        var (panel, turned) = (new Matrix(n, Block), new Aligned<float>(width * Block));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        for (var k = 0; k < n; k += Block)
        {
            var size = Math.Min(Block, n - k);
            var inverse = Pivot(matrix, k, size);
            Take(matrix, k, size, panel, turned.Span);
            Turned.Rows(panel, inverse, threads);
            Parallel.For(0, (n + Rows - 1) / Rows, parallel, part =>
            {
                var from = part * Rows;
                Lose(matrix, from, Math.Min(from + Rows, n), panel, turned.Span);
            });
            Put(matrix, k, size, panel, inverse);
        }

        parallel.CancellationToken.ThrowIfCancellationRequested();
        Parallel.For(0, n, parallel, row =>
        {
            foreach (ref var value in matrix[row]) value = -value;
        });
    }

    /// <summary>Rows that one thread changes at a time.</summary>
    private const int Rows = 128;

    /// <summary>The inverse of the block on the diagonal, in double precision.</summary>
    private static Matrix Pivot(Matrix matrix, int k, int size)
    {
        var block = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++) block[(i * size) + j] = block[(j * size) + i] = matrix[k + i][k + j];
        var inverse = new Matrix(Block, Block);
        SmallInverse.Of(block, size);
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++) inverse[i][j] = (float)block[(i * size) + j];
        return inverse;
    }

    /// <summary>Copies the block's columns, as rows and turned; of the block itself nothing, so that it loses nothing.</summary>
    private static void Take(Matrix matrix, int k, int size, Matrix panel, Span<float> turned)
    {
        turned.Clear();
        panel.All.Clear();
        for (var i = 0; i < matrix.Rows; i++)
        {
            if (i >= k && i < k + size) continue;
            var row = panel[i];
            if (i > k) matrix[i].Slice(k, size).CopyTo(row);
            else
                for (var j = 0; j < size; j++) row[j] = matrix[k + j][i];
            var column = turned[((i & -Columns) * Block)..];
            for (var j = 0; j < size; j++) column[(j * Columns) + (i & (Columns - 1))] = row[j];
        }
    }

    private static void Put(Matrix matrix, int k, int size, Matrix panel, Matrix inverse)
    {
        for (var i = 0; i < matrix.Rows; i++)
        {
            if (i >= k + size) panel[i][..size].CopyTo(matrix[i][k..]);
            else if (i < k)
                for (var j = 0; j < size; j++) matrix[k + j][i] = panel[i][j];
            else
                for (var j = 0; j < size; j++) matrix[i][k + j] = -inverse[i - k][j];
        }
    }

    private static void Lose(Matrix matrix, int from, int to, Matrix panel, ReadOnlySpan<float> turned)
    {
        // A block of columns stays in the cache while all rows of this part pass by.
        for (var j = 0; j < to; j += Columns)
        {
            var columns = turned.Slice(j * Block, Columns * Block);
            for (var i = Math.Max(from, j); i < to; i += Tile.Rows) Lose(matrix, i, Math.Min(Tile.Rows, to - i), j, panel, columns);
        }
    }

    /// <summary>Four rows and sixty-four columns; what lies beyond the matrix is computed and not kept.</summary>
    private static void Lose(Matrix matrix, int row, int count, int column, Matrix panel, ReadOnlySpan<float> columns)
    {
        Span<float> sums = stackalloc float[Tile.Size];
        // With fewer than four rows left the last ones are taken again.
        var first = Math.Min(row, Math.Max(0, panel.Rows - Tile.Rows));
        Tile.Product(
            ref MemoryMarshal.GetReference(panel[first]), panel.Rows < Tile.Rows ? 0 : Block, 1,
            ref MemoryMarshal.GetReference(columns), Columns, Block, ref MemoryMarshal.GetReference(sums));
        for (var i = 0; i < count; i++)
        {
            var from = matrix[row + i][column..];
            from = from[..Math.Min(Columns, from.Length)];
            TensorPrimitives.Subtract(from, sums.Slice((row + i - first) * Columns, from.Length), from);
        }
    }
}
