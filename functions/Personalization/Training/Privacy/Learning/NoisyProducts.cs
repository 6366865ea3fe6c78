using Personalization.Training.Learning;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// How often each two items were met by the same people, with noise: a person of k items counts as the same whole number w for each of
/// their pairs, the greater the fewer there are.
/// </summary>
internal static class NoisyProducts
{
    /// <summary>What w is a part of.</summary>
    private const double Unit = (double)BoundedPeople.Whole * BoundedPeople.Whole;

    /// <summary>How far one person moves all pairs together.</summary>
    /// <remarks>
    /// Each pair is released once, as the half of the matrix below the diagonal, and the diagonal not at all. One person adds w to each of
    /// their k·(k − 1)/2 pairs: the square of the length is w²·k·(k − 1)/2 ≤ Unit²/2, with w as large as that lets it be. A w of v² would leave
    /// out of account that the diagonal is not released, and so a part 1/k of what everybody may count.
    /// </remarks>
    public static double Sensitivity { get; } = Unit / Math.Sqrt(2);

    /// <summary>The largest w with w²·k·(k − 1) ≤ Unit².</summary>
    public static long Value(int items)
    {
        if (items < 2) return 0;
        var pairs = (long)items * (items - 1);
        var w = (long)(Unit / Math.Sqrt(pairs));
        // Whatever the root was rounded to.
        while ((UInt128)(w * w) * (UInt128)pairs > (UInt128)(Unit * Unit)) w--;
        return w;
    }

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
            foreach (var person in met)
            {
                var others = people.ColumnsOf(person);
                var value = Value(others.Length);
                foreach (var other in others)
                {
                    if (other >= item) break;
                    row[other] += value;
                }
            }
        });
        return sums;
    }
}
