namespace Personalization.Tests;

/// <summary>A clock that stands still until a test moves it; timers fire inside <see cref="Advance"/>, in order of their due time.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = start;
    private TaskCompletionSource? arrival;

    public ManualClock() : this(new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero)) { }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Timers that wait for their time.</summary>
    public int Pending { get { lock (gate) return alarms.Count; } }

    /// <summary>Done while somebody waits for a time that comes once, such as the end of their patience; else it is when the next one does.</summary>
    public Task Awaited
    {
        get
        {
            lock (gate) return alarms.Exists(a => a.IsOnce) ? Task.CompletedTask : (arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (TakeDue(until) is { } alarm) alarm.Ring();
        lock (gate) now = until;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private Alarm? TakeDue(DateTimeOffset until)
    {
        lock (gate)
        {
            var next = alarms.Where(a => a.Due <= until).MinBy(a => a.Due);
            if (next is null) return null;
            if (next.Due > now) now = next.Due;
            if (next.Period > TimeSpan.Zero) next.Due += next.Period;
            else alarms.Remove(next);
            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, Action ring) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool IsOnce => Period <= TimeSpan.Zero;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, Period) = (clock.now + dueTime, period);
                clock.alarms.Add(this);
                if (!IsOnce) return true;
                clock.arrival?.TrySetResult();
                clock.arrival = null;
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
