namespace Personalization.Functions.Hosting.Security;

/// <param name="PerSecond">Requests a key may make per second, in the long run.</param>
/// <param name="Burst">Requests it may make at once after a pause.</param>
/// <param name="EventsPerSecond">Events it may send per second, in the long run; twice as many at once after a pause.</param>
public sealed record RateLimitOptions(int PerSecond, int Burst, int EventsPerSecond)
{
    public static RateLimitOptions Read(Settings s) => new(
        s.Int("RateLimit:PerSecond", 20_000, 1, 10_000_000, "requests per second for each key"),
        s.Int("RateLimit:Burst", 40_000, 1, 10_000_000, "requests at once for each key"),
        s.Int("RateLimit:EventsPerSecond", 500_000, 1, 10_000_000, "events per second for each key; twice as many at once after a pause"));
}

/// <summary>One bucket per key, one for all who present none that is known, one for the platform's principals.</summary>
internal sealed class RateLimits(RateLimitOptions options, int keys, TimeProvider time)
{
    public const int Strangers = -1;
    public const int Principals = -2;

    private readonly TokenBucket[] buckets = [.. Enumerable.Range(0, keys + 2).Select(_ => new TokenBucket(options.PerSecond, options.Burst, time))];

    private readonly TokenBucket[] events = [.. Enumerable.Range(0, keys + 2).Select(_ => new TokenBucket(options.EventsPerSecond, 2 * options.EventsPerSecond, time))];

    /// <summary>How long to wait, or null when the request may pass.</summary>
    public TimeSpan? Refuse(int caller) => buckets[Place(caller)].Take();

    public TimeSpan? RefuseEvents(int caller, int count) => events[Place(caller)].Take(count);

    private int Place(int caller) => caller < 0 ? buckets.Length + caller : caller;
}
