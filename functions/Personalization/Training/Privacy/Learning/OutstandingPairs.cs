namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// Which single pairs of a noisy matrix say more than the directions found in it, and how much: what is best on average where each pair
/// is nothing but noise or, once in a while, an exponential beside it. How often is what makes the noisy matrix likeliest.
/// </summary>
/// <remarks>
/// With d = e + z of an exponential e of mean τ and normal z of deviation s, u = d/s − s/τ and R = Φ(u)/φ(u), d is (s/τ)·R times as
/// likely as from noise alone, and e is s·(u + 1/R) on average. With a share π of such pairs the best guess of e is that times
/// π·(s/τ)·R / (1 − π + π·(s/τ)·R).
/// </remarks>
internal static class OutstandingPairs
{
    /// <summary>τ as a part of the noise: what is much less drowns in it, and what is more is found with any.</summary>
    private const double Scale = 2;

    /// <summary>
    /// How much of what a pair is expected to be is added to the variance: the counts themselves are of chance, which is no secret but no
    /// structure either. A person counts as 1/k for a pair, and k of ten is few.
    /// </summary>
    private const double OfCounting = 0.05;

    /// <summary>What is less, as a part of the noise, is left out.</summary>
    private const double Least = 0.05;

    /// <summary>Above it Φ is 1, and below the other the series loses too many digits.</summary>
    private const double High = 8;

    private const double Low = -5;

    /// <summary>Beyond it numbers run out, and nothing is more certain.</summary>
    private const double Certain = 37;

    private static readonly double[] Shares = [1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1];

    /// <summary>
    /// Adds them to what was found, and says how many. Each is added to both items' diagonals as well, as people who met both: the matrix
    /// goes on stretching no direction by less than nothing.
    /// </summary>
    public static int Add(double[] noisy, double[] found, int n, double sigma)
    {
        var (pairs, more, share) = (0, new double[n], Share(noisy, found, n, sigma));
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var expected = found[(i * n) + j];
                var by = Guess(noisy[(i * n) + j] - expected, Deviation(expected, sigma), Scale * sigma, share);
                if (by < Least * sigma) continue;
                found[(i * n) + j] = found[(j * n) + i] = expected + by;
                more[i] += by;
                more[j] += by;
                pairs++;
            }
        }

        for (var i = 0; i < n; i++) found[(i * n) + i] += more[i];
        return pairs;
    }

    /// <summary>The share that makes the noisy matrix likeliest.</summary>
    private static double Share(double[] noisy, double[] found, int n, double sigma)
    {
        var logs = new double[Shares.Length];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var expected = found[(i * n) + j];
                var ratio = Ratio(noisy[(i * n) + j] - expected, Deviation(expected, sigma), Scale * sigma, out _);
                for (var k = 0; k < logs.Length; k++) logs[k] += Math.Log(1 + (Shares[k] * (ratio - 1)));
            }
        }

        return Shares[logs.IndexOf(logs.Max())];
    }

    private static double Guess(double d, double s, double tau, double share)
    {
        var ratio = share * Ratio(d, s, tau, out var mean);
        return ratio / (1 - share + ratio) * mean;
    }

    private static double Ratio(double d, double s, double tau, out double mean)
    {
        var u = (d / s) - (s / tau);
        var mills = Mills(u);
        mean = s * (u + (1 / mills));
        return s / tau * mills;
    }

    private static double Deviation(double expected, double sigma) => Math.Sqrt((sigma * sigma) + (OfCounting * Math.Max(0, expected)));

    /// <summary>Φ(u)/φ(u): 1/(2φ) + u + u³/3 + u⁵/(3·5) + … (Marsaglia 2004), and far below 0 Laplace's continued fraction.</summary>
    internal static double Mills(double u)
    {
        var half = Math.Sqrt(Math.PI / 2) * Math.Exp(Math.Min(u, Certain) * Math.Min(u, Certain) / 2);
        if (u > High) return 2 * half;
        if (u < Low) return 1 / (-u + (1 / (-u + (2 / (-u + (3 / (-u + (4 / -u))))))));
        var (sum, term) = (half, u);
        for (var k = 3; Math.Abs(term) > 1e-16 * half; k += 2)
        {
            sum += term;
            term *= u * u / k;
        }

        return sum;
    }
}
