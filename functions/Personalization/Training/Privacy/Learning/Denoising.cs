using System.Numerics.Tensors;
using Personalization.Training.Learning;

namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// What a noisy symmetric matrix says beyond its noise, whose σ is known: the directions that stand out of it, and single pairs that
/// do. Looks at what was released and at nothing else, so it costs no privacy.
/// </summary>
/// <remarks>
/// The noise of n rows alone stretches no direction by more than 2σ√n, nearly (Wigner). A direction that is stretched by λ beyond this
/// edge e is really stretched by less, and turned; what is closest to the truth on average is √(λ² − e²) along it (Gavish and Donoho
/// 2017, the Frobenius shrinker for symmetric noise). What lies within the edge, and every negative direction, is noise and left out.
/// </remarks>
internal static class Denoising
{
    /// <summary>How far beyond the edge: so that noise alone does not reach it with a few hundred rows.</summary>
    private const double Beyond = 1.01;

    /// <summary>The diagonal was not released; it is what the directions found say of it, found again with it.</summary>
    private const int Rounds = 3;

    /// <summary>A pair stands out from three standard deviations; of noise alone, one in seven hundred does.</summary>
    private const double Deviations = 3;

    /// <summary>
    /// How much of what a pair is expected to be is added to the variance: the counts themselves are of chance, which is no secret but no
    /// structure either. A person counts as 1/k for a pair, and k of ten is few.
    /// </summary>
    private const double OfCounting = 0.1;

    /// <summary>What was found, with its diagonal, n rows of n; and how many directions and pairs.</summary>
    public static (double[] Found, int Directions, int Pairs) Of(double[] noisy, int n, double sigma)
    {
        var (found, directions) = Directions(noisy, n, 2 * sigma * Math.Sqrt(n));
        return (found, directions, AddPairs(noisy, found, n, sigma));
    }

    private static (double[] Found, int Count) Directions(double[] noisy, int n, double edge)
    {
        var (found, count, whole) = (new double[n * n], 0, (double[])noisy.Clone());
        for (var round = 0; round < Rounds; round++)
        {
            noisy.CopyTo(whole, 0);
            for (var i = 0; i < n; i++) whole[(i * n) + i] = found[(i * n) + i];
            var (values, along) = SymmetricEigen.Of(whole, n);
            Array.Clear(found);
            for (count = 0; count < n && values[count] > Beyond * edge; count++)
                Add(found, along.AsSpan(count * n, n), Math.Sqrt((values[count] * values[count]) - (edge * edge)));
        }

        return (found, count);
    }

    private static void Add(double[] found, ReadOnlySpan<double> along, double by)
    {
        for (var i = 0; i < along.Length; i++)
        {
            var row = found.AsSpan(i * along.Length, along.Length);
            TensorPrimitives.MultiplyAdd(along, by * along[i], row, row);
        }
    }

    /// <summary>
    /// What stands out of the rest by more than t is √(d² − t²) of it. It is added to both items' diagonals as well, as people who met
    /// both: the matrix goes on stretching no direction by less than nothing.
    /// </summary>
    private static int AddPairs(double[] noisy, double[] found, int n, double sigma)
    {
        var (pairs, more) = (0, new double[n]);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var expected = found[(i * n) + j];
                var (d, limit) = (noisy[(i * n) + j] - expected, Deviations * Math.Sqrt((sigma * sigma) + (OfCounting * Math.Max(0, expected))));
                if (d <= limit) continue;
                var by = Math.Sqrt((d * d) - (limit * limit));
                found[(i * n) + j] = found[(j * n) + i] = expected + by;
                more[i] += by;
                more[j] += by;
                pairs++;
            }
        }

        for (var i = 0; i < n; i++) found[(i * n) + i] += more[i];
        return pairs;
    }
}
