using Personalization.Functions.Hosting.Security;

namespace Personalization.Tests.Hosting.Security;

public sealed class TokenBucketTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Gives_a_burst_and_then_the_steady_rate()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 5, clock);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Null(bucket.Take()));
        Assert.Equal(TimeSpan.FromMilliseconds(100), bucket.Take());
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(bucket.Take());
        Assert.NotNull(bucket.Take());
    }

    [Fact]
    public void Holds_no_more_than_a_burst_however_long_the_pause()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 3, clock);
        clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(3, Enumerable.Range(0, 100).Count(_ => bucket.Take() is null));
    }

    [Fact]
    public void Gives_no_token_twice_to_parallel_takers()
    {
        var bucket = new TokenBucket(perSecond: 1, burst: 1000, clock);
        var taken = 0;
        Parallel.For(0, 5000, _ => { if (bucket.Take() is null) Interlocked.Increment(ref taken); });
        Assert.Equal(1000, taken);
    }
}
