using Personalization.Tests.Training.Privacy.Noise;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Tests.Training.Privacy;

public sealed class ReleaseTests
{
    private static readonly CountOfPeople[] Counts = [new("many", 1000), new("just", 20), new("few", 19), new("nobody", 0)];

    [Fact]
    public void Counts_of_fewer_people_than_k_are_kept_back_and_those_of_nobody_too() =>
        Assert.Equal([1000, 20, null, null], Release.AtLeast(Release.FewestPeople, Counts).Select(c => c.Value));

    [Fact]
    public void With_noise_they_are_paid_for_once()
    {
        var permit = new Permit(new(0.5));
        var released = Release.WithNoise(200, Counts, 1, permit, default);
        Assert.Equal("many", Assert.Single(released, c => c.Value is not null).Name);
        Assert.Throws<InvalidOperationException>(() => Release.WithNoise(200, Counts, 1, permit, default));
    }

    /// <summary>One person in three counts moves them by √3: three times the variance for the same loss.</summary>
    [Fact]
    public void Who_is_in_several_counts_takes_more_noise()
    {
        Assert.Equal(100, Release.WithNoise(0, Counts, 1, new(Rho.Gaussian(1, 99.6)), Seeded.Source(1), default)[0].Noise);
        Assert.Equal(173, Release.WithNoise(0, Counts, 3, new(Rho.Gaussian(1, 99.6)), Seeded.Source(1), default)[0].Noise);
        Assert.Equal(200, Release.WithNoise(0, Counts, 99, new(Rho.Gaussian(1, 99.6)), Seeded.Source(1), default)[0].Noise);
    }

    [Fact]
    public void A_gate_that_lets_everybody_through_is_none()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Release.AtLeast(1, Counts));
        Assert.Throws<ArgumentOutOfRangeException>(() => Release.WithNoise(5, Counts, 0, new(new(1)), default));
    }
}
