namespace Personalization.Tests.Identity;

/// <summary>Shows the time it was set to, while its timers run as in life.</summary>
internal sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    public DateTimeOffset Now { set => Volatile.Write(ref ticks, value.UtcTicks); }

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
