using System.Diagnostics.Metrics;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Decisions.Logging;

/// <summary>
/// Writes decisions to their log behind the backs of those who decide. Noting one copies it and never waits or fails. A store
/// that is down loses nothing as long as the buffer holds; then, and after <see cref="LoggedDecision.Latest"/>, the oldest are
/// given up and counted.
/// </summary>
public sealed class DecisionLogWriter : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(5);

    private readonly IDecisionLog log;
    private readonly DecisionLogOptions options;
    private readonly TimeProvider time;
    private readonly DecisionBuffer buffer;
    private readonly Counter<long> written, lost;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly List<LoggedDecision> batch = [];
    private readonly CancellationTokenSource ending = new();
    private DecisionChunk? pending;
    private ITimer? timer;
    private int busy;
    private int failures;
    private long failedAt;

    public DecisionLogWriter(IDecisionLog log, DecisionLogOptions options, TimeProvider time, Meter meter)
    {
        (this.log, this.options, this.time, buffer) = (log, options, time, new(options.Buffer, time));
        written = meter.CreateCounter<long>("personalization.decisions.log.written", description: "Decisions, and what came of them, written to their log");
        lost = meter.CreateCounter<long>("personalization.decisions.log.lost", description: "Decisions, or what came of them, that are not in the log, by reason; anything but none is an alarm");
    }

    /// <summary>The writing under way, or the last one.</summary>
    internal Task Writing { get; private set; } = Task.CompletedTask;

    /// <summary>From here on it writes by itself.</summary>
    public void Start() => timer = time.CreateTimer(_ => WriteInBackground(), null, options.Every, options.Every);

    public void Note(Subject subject, in DecisionId id, ReadOnlySpan<byte> body)
    {
        if (body.Length > LoggedDecision.MaxBytes)
        {
            Lost(1, "size");
            return;
        }

        var (dropped, write) = buffer.Add(subject, id, body);
        if (dropped > 0) Lost(dropped, "full");
        if (write && timer is not null) WriteInBackground();
    }

    /// <summary>Writes what was noted before the call. False where the log does not take it now; it stays and is tried again.</summary>
    public async ValueTask<bool> Flush(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            while ((pending ??= buffer.Take()) is { } chunk)
            {
                if (time.GetElapsedTime(chunk.Began) > LoggedDecision.Latest) Lost(chunk.Count, "late");
                else if (!await Write(chunk, stop)) return Refused();
                buffer.Written(chunk);
                (pending, failures) = (null, 0);
            }

            return true;
        }
        finally { turn.Release(); }
    }

    /// <summary>Writes the rest, as far as the log takes it within a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (timer is not null) await timer.DisposeAsync();
        using var limit = new CancellationTokenSource(LastTry, time);
        // What is under way may be what a log never answers.
        await using var cut = limit.Token.UnsafeRegister(e => ((CancellationTokenSource)e!).Cancel(), ending);
        try
        {
            await Writing.WaitAsync(limit.Token);
            while (!await Flush(limit.Token)) await Task.Delay(options.Every, time, limit.Token);
        }
        // Time is up, or the writing under way was cut off. Whatever the log has not taken is counted as lost here below.
        catch (OperationCanceledException) { }
        for (; (pending ?? buffer.Take()) is { } chunk; pending = null)
        {
            Lost(chunk.Count, "stopped");
            buffer.Written(chunk);
        }
    }

    private void WriteInBackground()
    {
        if (Interlocked.Exchange(ref busy, 1) == 0) Writing = Task.Run(WriteWhenDue);
    }

    private async Task WriteWhenDue()
    {
        try
        {
            if (failures == 0 || time.GetElapsedTime(failedAt) >= Pause(failures)) await Flush(ending.Token);
        }
        // The process ends and its patience with the log has. What was being written is still there for whoever ends it to count.
        catch (OperationCanceledException) { }
        finally { Volatile.Write(ref busy, 0); }
    }

    // Doubling, so that a store that is overwhelmed has time to come back.
    private TimeSpan Pause(int after) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, options.Every.Ticks << Math.Min(after - 1, 10)));

    private bool Refused()
    {
        (failures, failedAt) = (failures + 1, time.GetTimestamp());
        return false;
    }

    private async ValueTask<bool> Write(DecisionChunk chunk, CancellationToken stop)
    {
        batch.Clear();
        chunk.Read(batch);
        var status = await Append(batch, stop);
        if (status != Status.TooLarge) return Count(status, batch.Count);
        // One that no store takes must not keep the others.
        foreach (var decision in batch)
        {
            var alone = await Append([decision], stop);
            if (alone == Status.TooLarge) Lost(1, "size");
            else if (!Count(alone, 1)) return false;
        }

        return true;
    }

    private async ValueTask<Status> Append(IReadOnlyList<LoggedDecision> decisions, CancellationToken stop)
    {
        try { return (await log.Append(decisions, stop)).Status; }
        // Whatever was wrong, they are still here and the next time may be better.
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested) { return Status.Unavailable; }
    }

    private bool Count(Status status, int decisions)
    {
        if (status == Status.Ok) written.Add(decisions);
        return status == Status.Ok;
    }

    private void Lost(long decisions, string reason) => lost.Add(decisions, new KeyValuePair<string, object?>("reason", reason));
}
