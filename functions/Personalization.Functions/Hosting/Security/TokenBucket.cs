namespace Personalization.Functions.Hosting.Security;

/// <summary>
/// A token bucket kept as one number: the time at which it would be full again (the generic cell rate algorithm).
/// Taking a token moves that time on by one interval; it may lie at most a burst of intervals ahead. One compare and
/// swap, no lock and no timer. The framework's limiter takes no clock, so a test of it would have to wait.
/// </summary>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider time)
{
    private readonly long interval = Math.Max(1, time.TimestampFrequency / perSecond);
    private long fullAt = long.MinValue;

    /// <summary>Null when the tokens were taken, else how long until there are as many. More than a burst are never there at once: they take the whole burst.</summary>
    public TimeSpan? Take(int tokens = 1)
    {
        while (true)
        {
            var now = time.GetTimestamp();
            var old = Volatile.Read(ref fullAt);
            var next = Math.Max(old, now) + (interval * Math.Min(tokens, burst));
            var ahead = next - now - (interval * burst);
            if (ahead > 0) return TimeSpan.FromSeconds((double)ahead / time.TimestampFrequency);
            if (Interlocked.CompareExchange(ref fullAt, next, old) == old) return null;
        }
    }
}
