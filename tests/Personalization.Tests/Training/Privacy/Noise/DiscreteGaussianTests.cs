using System.Security.Cryptography;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Tests.Training.Privacy.Noise;

/// <summary>
/// Noise as production draws it, held against the exact distribution. Each bound holds for any number of draws and is missed by
/// right noise with a chance of at most <see cref="Miss"/>.
/// </summary>
public sealed class DiscreteGaussianTests
{
    private const int Draws = 1_000_000;
    private const double Miss = 1e-9;

    /// <summary>e^(tX) has at most the mean e^(t²σ²/2) (Canonne, Kamath and Steinke 2020, lemma 22), so the mean of n is off by √(2·ln(2/miss)/n)·σ at most.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(3_000_000)]
    public void Its_mean_is_nothing(int sigma) =>
        Assert.InRange(Math.Abs(Drawn(sigma).Average(x => (double)x)), 0, sigma * Math.Sqrt(2 * Math.Log(2 / Miss) / Draws));

    /// <summary>
    /// Above: as the mean of e^(tX²) is at most 1/√(1 − 2tσ²), Σ X²/σ² is above n + 2√(nl) + 2l with a chance of at most e^(−l) (Laurent and
    /// Massart 2000). Below: for what is never negative, Σ Y is below its mean by t with a chance of at most e^(−t²/(2·Σ E Y²)).
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(3_000_000)]
    public void Its_variance_is_that_of_the_distribution(int sigma)
    {
        var (l, n) = (Math.Log(2 / Miss), (double)Draws);
        var (second, fourth) = sigma < 100 ? (Exact(sigma).Sum(p => p.Chance * p.X * p.X), Exact(sigma).Sum(p => p.Chance * Math.Pow(p.X, 4))) : (Math.Pow(sigma, 2), 3 * Math.Pow(sigma, 4));
        var sum = Drawn(sigma).Sum(x => (double)x * x);
        Assert.InRange(sum, (n * second) - Math.Sqrt(2 * l * n * fourth), (double)sigma * sigma * (n + (2 * Math.Sqrt(n * l)) + (2 * l)));
    }

    /// <summary>
    /// n·KL(seen ‖ exact) is above t &gt; k − 1 with a chance of at most e^(−t)·(e·t/(k − 1))^(k − 1) for k cells (Agrawal 2020): half of what a
    /// χ² statistic is for large counts, with a bound that holds for any.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Each_number_comes_as_often_as_it_should(int sigma)
    {
        var (seen, most) = (Drawn(sigma).CountBy(x => Math.Clamp(x, -3 * sigma, 3 * sigma)).ToDictionary(p => p.Key, p => p.Value), 3 * sigma);
        var cells = Exact(sigma).GroupBy(p => Math.Clamp(p.X, -most, most)).ToDictionary(g => g.Key, g => g.Sum(p => p.Chance));
        var t = seen.Sum(s => s.Value * Math.Log(s.Value / (Draws * cells[s.Key])));
        Assert.True(t < Limit(cells.Count - 1), $"{t} is above {Limit(cells.Count - 1)}");
    }

    /// <summary>By Bernstein: a count with the mean m is off by √(2ml) + 2l/3 at most.</summary>
    [Theory]
    [InlineData(7, 4)]
    [InlineData(1000, 3)]
    [InlineData(1000, 4)]
    public void Its_tails_are_as_heavy_as_they_should_be(int sigma, int times)
    {
        var (l, mean) = (Math.Log(2 / Miss), Draws * Exact(sigma).Where(p => Math.Abs(p.X) > times * sigma).Sum(p => p.Chance));
        Assert.InRange(Drawn(sigma).Count(x => Math.Abs(x) > times * sigma) - mean, -Math.Sqrt(2 * mean * l) - (2 * l / 3), Math.Sqrt(2 * mean * l) + (2 * l / 3));
    }

    [Fact]
    public void A_ratio_comes_true_as_often_as_it_says()
    {
        var bits = new SecureBits(RandomNumberGenerator.Create());
        foreach (var (n, d) in new (ulong, ulong)[] { (1, 3), (2, 7), (ulong.MaxValue / 3, ulong.MaxValue) })
        {
            var (p, count) = ((double)n / d, 0);
            for (var i = 0; i < Draws; i++) count += bits.Chance(n, d) ? 1 : 0;
            Assert.InRange(Math.Abs(count - (Draws * p)), 0, Math.Sqrt(Draws * Math.Log(2 / Miss) / 2));
        }

        Assert.True(bits.Chance(1, 1));
        Assert.False(bits.Chance(0, 1));
    }

    /// <summary>Where the first bits leave it open, what follows decides: with 64 zeros 1/2⁶³ is true, and one bit more than it is false.</summary>
    [Fact]
    public void What_the_first_bits_leave_open_the_next_ones_decide()
    {
        // The chance is (2⁶³ − 1)/(2⁶⁴ − 1), a little below 1/2: after 2⁶³ − 1 it depends.
        const ulong N = long.MaxValue;
        Assert.True(Fixed(N, 0).Chance(N, ulong.MaxValue));
        Assert.False(Fixed(N, ulong.MaxValue).Chance(N, ulong.MaxValue));
        Assert.True(Fixed(N - 1).Chance(N, ulong.MaxValue));
        Assert.False(Fixed(N + 1).Chance(N, ulong.MaxValue));
    }

    [Fact]
    public void Numbers_below_a_limit_are_below_it_and_all_come()
    {
        var bits = new SecureBits(RandomNumberGenerator.Create());
        Assert.Equal([0UL, 1, 2, 3, 4], Enumerable.Range(0, 2000).Select(_ => bits.Below(5)).Distinct().Order().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DiscreteGaussian.MostSigma + 1)]
    public void A_sigma_that_it_does_not_have_is_refused(int sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussian(sigma, new(RandomNumberGenerator.Create())));

    private static IEnumerable<long> Drawn(int sigma)
    {
        var noise = new DiscreteGaussian(sigma, new(RandomNumberGenerator.Create()));
        for (var i = 0; i < Draws; i++) yield return noise.Next();
    }

    private static IEnumerable<(long X, double Chance)> Exact(int sigma)
    {
        double Weight(long x) => Math.Exp(-(double)x * x / (2.0 * sigma * sigma));
        var most = 40L * sigma;
        var all = 0.0;
        for (var x = -most; x <= most; x++) all += Weight(x);
        for (var x = -most; x <= most; x++) yield return (x, Weight(x) / all);
    }

    private static double Limit(int free)
    {
        double t = free;
        while (-t + (free * Math.Log(Math.E * t / free)) > Math.Log(Miss)) t *= 1.01;
        return t;
    }

    private static SecureBits Fixed(params ulong[] words) => new(new Words(words));

    private sealed class Words(ulong[] words) : RandomNumberGenerator
    {
        public override void GetBytes(byte[] data)
        {
            for (var i = 0; i < words.Length; i++) BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(ulong)), words[i]);
        }
    }
}
