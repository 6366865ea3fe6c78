using System.Numerics.Tensors;
using Personalization.Models;
using Personalization.Training.Learning;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// Vectors of items by alternating squares where the people's side is exact and never leaves the round, and the items' side is solved
/// from noisy sums. With everything weighing the same, all that items need to know of people's vectors u is Σ u·uᵀ once for all
/// and, for each item, Σ v·u of those who met it.
/// </summary>
/// <remarks>
/// A Σ c·u·uᵀ for each item, as with weights of what was met, would take d²/2 noisy numbers for each instead of d, and drown: they were left
/// out for that. Each round costs its part of the loss, so there are few.
/// </remarks>
public static class PrivateFactors
{
    private const double ShareOfCounts = 0.1;
    private const int Rounds = 3;


    /// <summary>An item counts where its people are more than this times the noise on its sums.</summary>
    private const double Clear = 2;

    /// <param name="dimensions">A multiple of 8; few, because noise grows with them.</param>
    public static PrivateModel<Factors> Learn(Interactions people, PrivateOptions options, Permit permit, int dimensions, ulong seed, int threads, CancellationToken stop) =>
        Learn(people, options, permit, dimensions, seed, NoiseSource.Secure, threads, stop);

    internal static PrivateModel<Factors> Learn(Interactions people, PrivateOptions options, Permit permit, int dimensions, ulong seed, NoiseSource source, int threads, CancellationToken stop)
    {
        var how = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        var countNoise = NoiseSource.Sigma(NoisyCounts.Sensitivity, permit.Take(ShareOfCounts));
        var everything = Enumerable.Range(0, people.Width).ToArray();
        var rows = BoundedPeople.Of(people, everything, people.Width, options.MostEach);
        var counts = NoisyCounts.Of(rows, countNoise, source, how);
        var sigma = 0;
        var vectors = Drawn(people.Width, dimensions, seed);
        for (var round = 0; round < Rounds; round++)
        {
            sigma = NoiseSource.Sigma(VectorSums.Sensitivity, permit.Take((1 - ShareOfCounts) / Rounds));
            var sums = VectorSums.Of(rows, vectors, sigma, source, how);
            Solve(vectors, sums, counts, sigma);
        }

        var card = new PrivateCard(permit.Whole.Value, permit.Whole.Epsilon(options.Delta), options.Delta, options.MostEach, people.Width, (double)countNoise / BoundedPeople.Whole, VectorSums.Scaled(sigma), dimensions, 0);
        return new(Factors.Of(vectors, new Folding(1, 1, 0, 0), threads), card);
    }

    private static Matrix Drawn(int items, int dimensions, ulong seed)
    {
        var vectors = new Matrix(items, dimensions);
        for (var item = 0; item < items; item++)
            for (var d = 0; d < dimensions; d++) vectors[item][d] = (float)Chance.Normal(seed, ((ulong)item * 1024) + (ulong)d);
        return vectors;
    }

    /// <summary>(A + λ)⁻¹·b for each item, with λ at the edge of A's noise; an item whose people do not stand out of the noise has no vector.</summary>
    private static void Solve(Matrix vectors, VectorSums sums, double[] counts, int sigma)
    {
        var d = vectors.Columns;
        var (noise, whole, own) = (VectorSums.Scaled(sigma), sums.Shared, new double[d]);
        for (var i = 0; i < d; i++) whole[(i * d) + i] += (2 * noise * Math.Sqrt(d)) + 1;
        Positive(whole, d, noise);
        SmallInverse.Of(whole, d);
        for (var item = 0; item < vectors.Rows; item++)
        {
            vectors[item].Clear();
            if (counts[item] < Clear * noise) continue;
            for (var i = 0; i < d; i++) vectors[item][i] = (float)TensorPrimitives.Dot<double>(whole.AsSpan(i * d, d), sums.Each(item));
        }
    }

    /// <summary>Noise may make it shrink a direction; then that one is stretched by the noise at least.</summary>
    private static void Positive(double[] matrix, int n, double least)
    {
        var (values, along) = SymmetricEigen.Of((double[])matrix.Clone(), n);
        for (var k = 0; k < n; k++)
        {
            if (values[k] >= least) continue;
            var direction = along.AsSpan(k * n, n);
            for (var i = 0; i < n; i++) TensorPrimitives.MultiplyAdd(direction, (least - values[k]) * direction[i], matrix.AsSpan(i * n, n), matrix.AsSpan(i * n, n));
        }
    }
}
