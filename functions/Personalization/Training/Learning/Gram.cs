using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Personalization.Training.Learning;

/// <summary>Σ y·yᵀ over the rows of a matrix.</summary>
internal static class Gram
{
    /// <summary>Rows summed in single precision before they are added in double.</summary>
    private const int Run = 256;

    /// <summary>Parts that are summed for themselves and then one after the other, however many threads there are.</summary>
    private const int Parts = 16;

    /// <summary>Both halves of the sum.</summary>
    public static double[] Of(Matrix rows, int threads)
    {
        var (n, wide) = (rows.Columns, Wide(rows));
        var per = (rows.Rows + Parts - 1) / Parts;
        var parts = new double[Parts][];
        Parallel.For(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, p => parts[p] = Part(rows, Math.Min(p * per, rows.Rows), Math.Min((p + 1) * per, rows.Rows)));
        var sums = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = i; j < n; j++)
            {
                var sum = 0.0;
                foreach (var part in parts) sum += part[(i * wide) + j];
                (sums[(i * n) + j], sums[(j * n) + i]) = (sum, sum);
            }
        }

        return sums;
    }

    private static int Wide(Matrix rows) => (rows.Stride + Tile.Columns - 1) & -Tile.Columns;

    /// <summary>The half above the diagonal.</summary>
    private static double[] Part(Matrix rows, int from, int to)
    {
        var wide = Wide(rows);
        var (sums, run) = (new double[wide * wide], new Matrix(Run, wide));
        for (var start = from; start < to; start += Run)
        {
            var count = Math.Min(Run, to - start);
            for (var row = 0; row < count; row++) rows[start + row].CopyTo(run[row]);
            for (var i = 0; i < rows.Stride; i += Tile.Rows)
                for (var j = i & -Tile.Columns; j < wide; j += Tile.Columns) Add(run, count, i, j, sums.AsSpan((i * wide) + j));
        }

        return sums;
    }

    private static void Add(Matrix run, int count, int i, int j, Span<double> to)
    {
        Span<float> sums = stackalloc float[Tile.Size];
        Span<double> exact = stackalloc double[Tile.Columns];
        ref var first = ref MemoryMarshal.GetReference(run.All);
        Tile.Product(ref System.Runtime.CompilerServices.Unsafe.Add(ref first, i), 1, run.Stride, ref System.Runtime.CompilerServices.Unsafe.Add(ref first, j), run.Stride, count, ref MemoryMarshal.GetReference(sums));
        for (var row = 0; row < Tile.Rows; row++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(sums.Slice(row * Tile.Columns, Tile.Columns), exact);
            var into = to.Slice(row * run.Stride, Tile.Columns);
            TensorPrimitives.Add(into, exact, into);
        }
    }
}
