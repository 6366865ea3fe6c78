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

    /// <summary>What was found, with its diagonal, n rows of n; and how many directions and pairs.</summary>
    public static (double[] Found, int Directions, int Pairs) Of(double[] noisy, int n, double sigma)
    {
        var (found, directions) = Directions(noisy, n, 2 * sigma * Math.Sqrt(n));
        return (found, directions, OutstandingPairs.Add(noisy, found, n, sigma));
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
}
