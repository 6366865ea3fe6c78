using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>
/// How much each item speaks for each other: the square matrix B with nothing on its diagonal that makes |X - X·B|² + λ·|B|²
/// smallest, which is -P/diag(P) of P = (XᵀX + λ)⁻¹. Steck 2019.
/// </summary>
internal static class ItemRegression
{
    /// <summary>Most items: beyond, the matrix is too large to be worth it.</summary>
    public const int MostItems = 20_000;

    /// <param name="people">Who met what.</param>
    /// <param name="lambda">Above 0; hundreds for shops.</param>
    /// <param name="slope">A weight w counts as 1 + slope · ln(1 + w).</param>
    /// <param name="kept">Most others for one item.</param>
    public static Neighbours Learn(Interactions people, float lambda, float slope, int kept, int threads, CancellationToken stop)
    {
        if (!(lambda > 0) || !float.IsFinite(lambda)) throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "above 0");
        if (people.Width > MostItems) throw new ArgumentException("more items than can be compared each with each", nameof(people));
        var matrix = Products(people.Ordered(), slope, threads, stop);
        for (var item = 0; item < people.Width; item++) matrix[item][item] += lambda;
        Inverse.Of(matrix, threads, stop);
        Mirror(matrix, threads);
        var diagonal = new float[people.Width];
        for (var item = 0; item < people.Width; item++) diagonal[item] = -matrix[item][item];
        return Neighbours.Of("ease", people.Width, kept, slope, threads, (first, rows) =>
        {
            for (var item = first; item < Math.Min(first + rows.Rows, diagonal.Length); item++)
                TensorPrimitives.Divide(matrix[item][..diagonal.Length], diagonal, rows[item - first]);
        }, stop);
    }

    /// <summary>XᵀX, where column ≤ row.</summary>
    private static Matrix Products(Interactions people, float slope, int threads, CancellationToken stop)
    {
        var (items, matrix) = (people.Turned(), new Matrix(people.Width, people.Width));
        Parallel.For(0, people.Width, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, item =>
        {
            var row = matrix[item];
            var met = items.ColumnsOf(item);
            var weights = items.WeightsOf(item);
            for (var i = 0; i < met.Length; i++)
            {
                var others = people.ColumnsOf(met[i]);
                var theirs = people.WeightsOf(met[i]);
                var own = Value(weights[i], slope);
                for (var j = 0; j < others.Length && others[j] <= item; j++) row[others[j]] += own * Value(theirs[j], slope);
            }
        });
        return matrix;
    }

    /// <summary>Copies the half below the diagonal to the one above, in squares that the caches hold.</summary>
    private static void Mirror(Matrix matrix, int threads)
    {
        const int Square = 64;
        Parallel.For(0, (matrix.Rows + Square - 1) / Square, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            var end = Math.Min((block + 1) * Square, matrix.Rows);
            for (var start = block * Square; start < matrix.Rows; start += Square)
                for (var i = block * Square; i < end; i++)
                {
                    var row = matrix[i];
                    for (var j = Math.Max(start, i + 1); j < Math.Min(start + Square, matrix.Rows); j++) row[j] = matrix[j][i];
                }
        });
    }

    private static float Value(float weight, float slope) => slope == 0 ? 1 : (float)(1 + (slope * Math.Log(1 + weight)));
}
