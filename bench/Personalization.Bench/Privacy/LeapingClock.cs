namespace Personalization.Bench.Privacy;

/// <summary>The system's clock, some time ahead: what would be waited for is jumped over, all else takes the time it takes.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref ahead));

    public void Leap(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);
}
