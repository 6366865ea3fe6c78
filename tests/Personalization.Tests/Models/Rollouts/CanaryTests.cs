using Personalization.Identity;
using Personalization.Models.Rollouts;

namespace Personalization.Tests.Models.Rollouts;

/// <summary>Who gets a canary is settled by who they are, and by nothing else.</summary>
public sealed class CanaryTests
{
    private const int People = 200_000;

    private static readonly IReadOnlyList<Subject> All = [.. Subjects(People)];

    /// <summary>
    /// A person is in with probability p, so of n the number is binomial with σ² = n·p·(1-p) ≤ 50,000; a fair hash is further
    /// than 6σ from n·p with a probability below 2e-9.
    /// </summary>
    [Theory]
    [InlineData(0.01), InlineData(0.5), InlineData(5), InlineData(12.34), InlineData(50)]
    public void The_share_of_the_people_is_the_one_that_was_asked_for(double share)
    {
        var (canary, p) = (Of("m", share), share / 100);
        Assert.InRange(All.Count(canary.Takes), (People * p) - (6 * Math.Sqrt(People * p * (1 - p))), (People * p) + (6 * Math.Sqrt(People * p * (1 - p))));
    }

    [Fact]
    public void Whoever_is_in_stays_in_and_a_larger_share_only_adds_to_them()
    {
        var (small, again, large) = (Of("m", 5), Of("m", 5), Of("m", 20));
        Assert.Equal(All.Where(small.Takes), All.Where(again.Takes));
        Assert.All(All.Where(small.Takes), s => Assert.True(large.Takes(s)));
    }

    /// <summary>The same p·p within 6σ as for two coins.</summary>
    [Fact]
    public void Who_is_in_one_says_nothing_of_the_next()
    {
        var (one, other) = (Of("one", 50), Of("other", 50));
        Assert.InRange(All.Count(s => one.Takes(s) && other.Takes(s)), (People / 4) - (6 * Math.Sqrt(People * 3 / 16.0)), (People / 4) + (6 * Math.Sqrt(People * 3 / 16.0)));
    }

    /// <summary>Each of 128 parts of the canary's people has a mean of n/256 = 781, σ = 28; with 128 of them none is 6σ off.</summary>
    [Fact]
    public void The_parts_of_the_people_are_alike_on_either_side()
    {
        var canary = Of("m", 50);
        foreach (var side in All.GroupBy(canary.Takes))
            Assert.All(side.GroupBy(s => canary.PartOf(s, 128)), part => Assert.InRange(part.Count(), 781 - 168, 781 + 168));
    }

    private static Canary Of(string name, double share) => new(name, "00", share, default);

    private static IEnumerable<Subject> Subjects(int count)
    {
        // Keys are drawn by chance; that they follow one another here is harder on a hash.
        for (var i = 0; i < count; i++) yield return new((UInt128)(uint)i << 64);
    }
}
