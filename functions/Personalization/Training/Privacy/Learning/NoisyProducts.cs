using Personalization.Training.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>How often each two items were met by the same people, with noise: a person counts as v² for each pair.</summary>
internal static class NoisyProducts
{
    /// <summary>A pair's v² as a part of one.</summary>
    private const double Unit = (double)BoundedPeople.Whole * BoundedPeople.Whole;

    /// <summary>How far one person moves all pairs together.</summary>
    /// <remarks>
    /// Each pair is released once, as the half of the matrix below the diagonal, and the diagonal not at all. One person adds v² to each of
    /// their k·(k − 1)/2 pairs: the square of the length is v⁴·k·(k − 1)/2 ≤ (k·v²)²/2 ≤ Whole⁴/2.
    /// </remarks>
    public static double Sensitivity { get; } = Unit / Math.Sqrt(2);

    /// <param name="people">As <see cref="BoundedPeople"/> makes them.</param>
    /// <returns>Both halves, n rows of n, nothing on the diagonal; in parts of people.</returns>
    public static double[] Of(Interactions people, int sigma, NoiseSource source, ParallelOptions how)
    {
        var n = people.Width;
        var sums = Sums(people, how);
        source.Add(sums, sigma, how);
        var products = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++) products[(i * n) + j] = products[(j * n) + i] = sums[Start(i) + j] / Unit;
        return products;
    }

    /// <summary>σ in the same parts of people.</summary>
    public static double Scaled(int sigma) => sigma / Unit;

    private static int Start(int row) => row * (row - 1) / 2;

    /// <summary>The half below the diagonal, row after row.</summary>
    private static long[] Sums(Interactions people, ParallelOptions how)
    {
        var (items, sums) = (people.Turned(), new long[Start(people.Width)]);
        Parallel.For(0, people.Width, how, item =>
        {
            var row = sums.AsSpan(Start(item), item);
            var met = items.ColumnsOf(item);
            var values = items.WeightsOf(item);
            for (var i = 0; i < met.Length; i++)
            {
                // All of one person's numbers are the same.
                var product = (long)values[i] * (long)values[i];
                foreach (var other in people.ColumnsOf(met[i]))
                {
                    if (other >= item) break;
                    row[other] += product;
                }
            }
        });
        return sums;
    }
}
