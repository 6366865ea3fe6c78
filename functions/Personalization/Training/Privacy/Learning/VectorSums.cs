using System.Numerics.Tensors;
using Personalization.Training.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>What items need to know of people's vectors, with noise: Σ u·uᵀ of all and, for each item, Σ v·u of those who met it.</summary>
internal sealed class VectorSums
{
    /// <summary>A vector's numbers are rounded to parts of this; so is v, so that a product is of parts of its square.</summary>
    private const int Whole = BoundedPeople.Whole;

    private readonly double[] each;
    private readonly int dimensions;

    private VectorSums(double[] shared, double[] each, int dimensions) => (Shared, this.each, this.dimensions) = (shared, each, dimensions);

    /// <summary>n rows of n.</summary>
    public double[] Shared { get; }

    public ReadOnlySpan<double> Each(int item) => each.AsSpan(item * dimensions, dimensions);

    /// <summary>How far one person moves all of it.</summary>
    /// <remarks>
    /// With whole vectors cut so that |u|² ≤ Whole²: the half of u·uᵀ with the diagonal has at most the square |u|⁴ ≤ Whole⁴, and v·u for k items
    /// k·v²·|u|² ≤ Whole²·Whole². Together 2·Whole⁴.
    /// </remarks>
    public static double Sensitivity { get; } = Math.Sqrt(2) * Whole * Whole;

    public static double Scaled(int sigma) => (double)sigma / ((double)Whole * Whole);

    /// <param name="people">As <see cref="BoundedPeople"/> makes them.</param>
    public static VectorSums Of(Interactions people, Matrix vectors, int sigma, NoiseSource source, ParallelOptions how)
    {
        var d = vectors.Columns;
        var fold = Folding(vectors, how.MaxDegreeOfParallelism);
        var sums = new long[(d * d) + (vectors.Rows * d)];
        var (person, whole) = (new double[d], new long[d]);
        for (var row = 0; row < people.Rows; row++)
        {
            var items = people.ColumnsOf(row);
            if (items.IsEmpty) continue;
            Vector(items, vectors, fold, person);
            Cut(person, whole);
            var v = (long)people.WeightsOf(row)[0];
            for (var i = 0; i < d; i++)
                for (var j = 0; j <= i; j++) sums[(i * d) + j] += whole[i] * whole[j];
            foreach (var item in items)
                for (var i = 0; i < d; i++) sums[(d * d) + (item * d) + i] += v * whole[i];
        }

        source.Add(sums, sigma, how);
        return Read(sums, vectors.Rows, d);
    }

    /// <summary>(Σ y·yᵀ + λ)⁻¹: what was met, y of which are summed up, times this is a person's vector.</summary>
    private static double[] Folding(Matrix vectors, int threads)
    {
        var (gram, d) = (Gram.Of(vectors, threads), vectors.Columns);
        var mean = 0.0;
        for (var i = 0; i < d; i++) mean += gram[(i * d) + i] / d;
        for (var i = 0; i < d; i++) gram[(i * d) + i] += (mean * 0.01) + 1e-9;
        SmallInverse.Of(gram, d);
        return gram;
    }

    private static void Vector(ReadOnlySpan<int> items, Matrix vectors, double[] fold, double[] person)
    {
        var (d, sum) = (person.Length, new double[person.Length]);
        foreach (var item in items)
            for (var i = 0; i < d; i++) sum[i] += vectors[item][i];
        for (var i = 0; i < d; i++) person[i] = TensorPrimitives.Dot<double>(fold.AsSpan(i * d, d), sum);
    }

    /// <summary>Brought to length 1 and to whole numbers, rounded towards nothing, so that the square stays within the bound. Everybody's direction counts the same.</summary>
    private static void Cut(double[] person, long[] whole)
    {
        var length = TensorPrimitives.Norm<double>(person);
        var by = length > 0 && double.IsFinite(length) ? Whole * (1 - 1e-9) / length : 0;
        for (var i = 0; i < whole.Length; i++) whole[i] = (long)(person[i] * by);
        // Whatever rounding did.
        while (Square(whole) > (long)Whole * Whole)
            for (var i = 0; i < whole.Length; i++) whole[i] -= Math.Sign(whole[i]);
    }

    private static long Square(long[] whole)
    {
        var sum = 0L;
        foreach (var w in whole) sum += w * w;
        return sum;
    }

    private static VectorSums Read(long[] sums, int items, int d)
    {
        var (shared, each) = (new double[d * d], new double[items * d]);
        for (var i = 0; i < d; i++)
            for (var j = 0; j <= i; j++) shared[(i * d) + j] = shared[(j * d) + i] = Scaled1(sums[(i * d) + j]);
        for (var i = 0; i < each.Length; i++) each[i] = Scaled1(sums[(d * d) + i]);
        return new(shared, each, d);
    }

    private static double Scaled1(long sum) => sum / ((double)Whole * Whole);
}
