using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Tests.Training.Privacy.Noise;

public sealed class NoiseSourceTests
{
    [Theory]
    [InlineData(1024, 0.04)]
    [InlineData(741_455.2, 3)]
    public void Sigma_is_rounded_so_that_no_more_is_lost(double sensitivity, double rho)
    {
        var sigma = NoiseSource.Sigma(sensitivity, new(rho));
        Assert.True(Rho.Gaussian(sensitivity, sigma).Value <= rho);
        Assert.True(Rho.Gaussian(sensitivity, sigma - 1).Value > rho);
    }

    [Fact]
    public void There_is_always_some_noise() => Assert.Equal(1, NoiseSource.Sigma(1, new(1e9)));

    [Fact]
    public void A_loss_that_nothing_could_be_seen_with_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => NoiseSource.Sigma(1024, new(1e-12)));

    /// <summary>Two equal draws of 2⁻²⁰ each in a row of ten thousand would be a wonder; all equal ones a generator used twice.</summary>
    [Fact]
    public void Every_number_gets_noise_of_its_own_on_every_thread()
    {
        var (first, second) = (new long[100_000], new long[100_000]);
        NoiseSource.Secure.Add(first, 3_000_000, new() { MaxDegreeOfParallelism = 4 });
        NoiseSource.Secure.Add(second, 3_000_000, new() { MaxDegreeOfParallelism = 4 });
        Assert.InRange(first.Zip(second).Count(p => p.First == p.Second), 0, 20);
        Assert.InRange(first.Distinct().Count(), 98_000, 100_000);
    }
}
