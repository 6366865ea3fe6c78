using FsCheck;
using FsCheck.Fluent;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Tests.Training.Privacy.Accounting;

public sealed class RhoTests
{
    private const double Close = 1e-9;

    [Theory]
    [InlineData(3, 2, 9.0 / 8)]
    [InlineData(1, 1, 0.5)]
    [InlineData(0, 5, 0)]
    public void Normal_noise_loses_half_the_square_of_sensitivity_over_noise(double sensitivity, double sigma, double rho) =>
        Assert.Equal(rho, Rho.Gaussian(sensitivity, sigma).Value);

    [Fact]
    public void The_noise_for_a_loss_loses_just_that() => Assert.Equal(0.3, Rho.Gaussian(7, new Rho(0.3).Sigma(7)).Value, Close);

    [Fact]
    public void Losses_add_up() => Assert.Equal(0.75, (new Rho(0.5) + new Rho(0.25)).Value);

    // ln(1/δ) = 8 and ρ = 1/2: 1/2 + 2·√4. ln(1/δ) = 9 and ρ = 1: 1 + 2·3.
    [Theory]
    [InlineData(0.5, 8, 4.5)]
    [InlineData(1, 9, 7)]
    public void The_simple_bound_is_what_hands_compute(double rho, double log, double epsilon) =>
        Assert.Equal(epsilon, new Rho(rho).SimpleEpsilon(Math.Exp(-log)), Close);

    // Where the best order is α, δ = e^(−(α−1)²ρ)/α and ε = (2α−1)ρ + ln(1 − 1/α).
    [Theory]
    [InlineData(1, 2)]
    [InlineData(0.4, 3)]
    [InlineData(0.05, 12)]
    [InlineData(2.5, 1.5)]
    public void The_best_bound_is_the_closed_form_of_its_order(double rho, double order)
    {
        var delta = Math.Exp(-(order - 1) * (order - 1) * rho) / order;
        Assert.Equal(((2 * order) - 1) * rho + Math.Log(1 - (1 / order)), new Rho(rho).Epsilon(delta), Close);
    }

    // The formula as the paper has it, over many orders, with no search for the best one.
    [Theory]
    [InlineData(0.002, 1e-3)]
    [InlineData(0.07, 1e-10)]
    [InlineData(2.56, 1e-10)]
    public void No_order_of_many_proves_less(double rho, double delta)
    {
        var best = Enumerable.Range(1, 400_000).Select(i => 1 + (i * 0.001))
            .Min(a => (a * rho) + Math.Log(1 - (1 / a)) + ((Math.Log(1 / delta) - Math.Log(a)) / (a - 1)));
        Assert.InRange(new Rho(rho).Epsilon(delta), best - 1e-5, best + Close);
    }

    [Fact]
    public void It_is_never_above_the_simple_bound_and_rises_with_loss_and_falls_with_delta() =>
        Prop.ForAll(Losses, c =>
        {
            var (rho, delta) = c;
            var epsilon = new Rho(rho).Epsilon(delta);
            return epsilon <= new Rho(rho).SimpleEpsilon(delta) * (1 + Close) && epsilon <= new Rho(rho * 1.1).Epsilon(delta) && epsilon >= new Rho(rho).Epsilon(Math.Min(delta * 2, 0.9)) - Close;
        }).QuickCheckThrowOnFailure();

    /// <summary>Normal noise has an exact curve (Balle and Wang 2018), which no bound that holds can be below.</summary>
    [Theory]
    [InlineData(0.01, 1e-4)]
    [InlineData(0.5, 1e-5)]
    [InlineData(3, 1e-6)]
    public void It_is_never_below_what_normal_noise_loses_and_not_far_above(double rho, double delta)
    {
        var bound = new Rho(rho).Epsilon(delta);
        Assert.True(Exact(rho, bound) <= delta);
        Assert.True(Exact(rho, bound * 0.85) > delta);
    }

    [Fact]
    public void The_most_loss_for_a_promise_keeps_it_and_a_little_more_does_not() =>
        Prop.ForAll(Losses, c =>
        {
            var (epsilon, delta) = c;
            var most = Rho.Most(epsilon, delta);
            return most.Epsilon(delta) <= epsilon && new Rho(most.Value * (1 + Close)).Epsilon(delta) > epsilon;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_loss_is_no_epsilon_and_endless_loss_is_endless()
    {
        Assert.Equal(0, new Rho(0).Epsilon(1e-6));
        Assert.Equal(double.PositiveInfinity, new Rho(double.PositiveInfinity).Epsilon(1e-6));
        Assert.Equal(0, new Rho(1e-300).Epsilon(0.5));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_delta_that_is_no_chance_is_refused(double delta)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rho(1).Epsilon(delta));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rho.Most(1, delta));
    }

    [Fact]
    public void Losses_and_noise_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rho(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rho(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rho.Gaussian(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rho.Gaussian(double.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rho.Most(double.PositiveInfinity, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rho(1).Part(1.1));
    }

    private static Arbitrary<(double, double)> Losses =>
        (from a in Gen.Choose(-300, 300) from b in Gen.Choose(1, 30) select (Math.Pow(10, a / 100.0), Math.Exp(-b))).ToArbitrary();

    /// <summary>Φ(μ/2 − ε/μ) − e^ε·Φ(−μ/2 − ε/μ) with μ = √(2ρ).</summary>
    private static double Exact(double rho, double epsilon)
    {
        var mu = Math.Sqrt(2 * rho);
        return Below((mu / 2) - (epsilon / mu)) - (Math.Exp(epsilon) * Below((-mu / 2) - (epsilon / mu)));
    }

    /// <summary>The normal distribution, by Simpson's rule over its density down to twelve below.</summary>
    private static double Below(double x)
    {
        const int Steps = 20_000;
        var (from, h) = (x - 24, 24.0 / Steps);
        var sum = 0.0;
        for (var i = 0; i <= Steps; i++)
        {
            var t = from + (i * h);
            sum += Math.Exp(-t * t / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return sum * h / 3 / Math.Sqrt(2 * Math.PI);
    }
}
