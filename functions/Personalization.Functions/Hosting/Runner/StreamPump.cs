using System.Diagnostics.Metrics;
using Personalization.Functions.Hosting.Observability;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Functions.Hosting.Runner;

/// <summary>
/// Delivers the embedded stream to the functions that consume it: partitions in parallel, one batch of a partition at a
/// time and in order. A batch comes again, after a wait that doubles, until its function is done with it; only then the
/// consumer's checkpoint moves. Stopping drains what is there; what time does not allow for is delivered at the next start.
/// </summary>
internal sealed partial class StreamPump(
    FunctionTable table, EmbeddedStream stream, Invocations invocations, StreamOptions options, TimeProvider time, Meter meter, ILogger<StreamPump> log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLastWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Deliveries worked on at once: half the processors are left to whoever asks for a decision meanwhile. A full delivery
    /// waits for no turn: there is a backlog, and most of its time goes into waiting for the disk.
    /// </summary>
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Counter<long> expired = meter.CreateCounter<long>("personalization.stream.gone", description: "Records that expired or were erased before they were applied");
    private readonly CancellationTokenSource abandoned = new();
    private readonly CancellationTokenSource draining = new();
    private readonly List<Consumer> consumers =
        [.. table.With<Trigger.Events>().SelectMany(f => Enumerable.Range(0, stream.Partitions).Select(p => new Consumer(f.Function.Name, f.Trigger, p)))];
    private Task running = Task.CompletedTask;

    /// <summary>Records accepted and not yet applied.</summary>
    public long Lag => consumers.Sum(Behind);

    public void Start()
    {
        meter.CreateObservableGauge("personalization.stream.lag", () => consumers.Select(c => new Measurement<long>(Behind(c), new("function", c.Name), new("partition", c.Partition))), description: "Records accepted and not yet applied");
        running = Task.WhenAll(consumers.Select(c => Task.Run(() => Pump(c))));
    }

    /// <summary>Returns when everything published is applied, or the time for it is over.</summary>
    public async Task Drain()
    {
        await draining.CancelAsync();
        try { await running.WaitAsync(options.DrainTimeout, time); }
        catch (TimeoutException)
        {
            await abandoned.CancelAsync();
            await running;
        }
    }

    private long Behind(Consumer c) => stream.Bounds(c.Trigger.Hub, c.Partition).Next - stream.Checkpoint(c.Trigger.Hub, c.Name, c.Partition);

    private async Task Pump(Consumer c)
    {
        for (var broken = 0; ; broken++)
        {
            try
            {
                await Follow(c);
                return;
            }
            // The disk may come back; a partition nobody follows would be noticed by nobody.
            catch (Exception e) { LogBroken(log, c.Name, c.Partition, e.GetType().Name); }
            if (!await Pause(broken)) return;
        }
    }

    private async Task Follow(Consumer c)
    {
        var next = stream.Checkpoint(c.Trigger.Hub, c.Name, c.Partition);
        var before = long.MinValue;
        while (await Arrival(c, next))
        {
            await Gather(c, next, before);
            before = time.GetTimestamp();
            var page = stream.Read(c.Trigger.Hub, c.Partition, next, options.BatchSize);
            if (page.Next - next - page.Records.Count is > 0 and var gone) Lost(c, gone);
            if (!await Deliver(c, page)) return;
            next = page.Next;
        }
    }

    // Nothing is published any more while draining: what has not arrived will not.
    private async ValueTask<bool> Arrival(Consumer c, long next)
    {
        if (abandoned.IsCancellationRequested) return false;
        try { await stream.Arrival(c.Trigger.Hub, c.Partition, next, draining.Token); }
        catch (OperationCanceledException) { return false; }
        return true;
    }

    /// <summary>
    /// A record that comes alone is delivered at once; those that come one after the other are let gather for a moment,
    /// because a delivery costs the more per record the fewer it has.
    /// </summary>
    private async ValueTask Gather(Consumer c, long next, long before)
    {
        var wait = before == long.MinValue ? TimeSpan.Zero : options.Gather - time.GetElapsedTime(before);
        if (wait <= TimeSpan.Zero || draining.IsCancellationRequested || stream.Bounds(c.Trigger.Hub, c.Partition).Next - next >= options.BatchSize) return;
        try { await Task.Delay(wait, time, draining.Token); }
        catch (OperationCanceledException) { }
    }

    private async ValueTask<bool> Deliver(Consumer c, StreamPage page)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (await Done(c, page, attempt)) return true;
            LogAgain(log, c.Name, c.Partition, attempt + 1);
            if (!await Pause(attempt)) return false;
        }
    }

    private async ValueTask<bool> Done(Consumer c, StreamPage page, int attempt)
    {
        var delivery = new Delivery(c.Trigger.Hub.Name, c.Partition.ToString(), page.Records, attempt);
        if (page.Records.Count > 0 && !await Handled(c, delivery)) return false;
        return (await stream.Save(c.Trigger.Hub, c.Name, c.Partition, page.Next, CancellationToken.None)).Ok;
    }

    private void Lost(Consumer c, long records)
    {
        expired.Add(records, new("function", c.Name), new("partition", c.Partition));
        LogGone(log, c.Name, c.Partition, records);
    }

    private async ValueTask<bool> Handled(Consumer c, Delivery delivery)
    {
        var full = delivery.Records.Count >= options.BatchSize;
        if (!full) await turns.WaitAsync(CancellationToken.None);
        try { return await invocations.Run(c.Name, null, () => c.Trigger.Handle(delivery, abandoned.Token)) is null; }
        finally { if (!full) turns.Release(); }
    }

    private async ValueTask<bool> Pause(int attempt)
    {
        var last = draining.IsCancellationRequested;
        var longest = last ? LongestLastWait : LongestWait;
        var wait = TimeSpan.FromTicks(Math.Min(longest.Ticks, FirstWait.Ticks << Math.Min(attempt, 20)));
        try { await Task.Delay(wait, time, last ? abandoned.Token : draining.Token); }
        catch (OperationCanceledException) { return !abandoned.IsCancellationRequested; }
        return true;
    }

    private sealed record Consumer(string Name, Trigger.Events Trigger, int Partition);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} cannot read partition {Partition} of the stream: {Failure}; it tries again")]
    private static partial void LogBroken(ILogger log, string function, int partition, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Records} records of partition {Partition} had expired or were erased before {Function} got to them")]
    private static partial void LogGone(ILogger log, string function, int partition, long records);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} could not take a batch of partition {Partition}; attempt {Attempt} follows")]
    private static partial void LogAgain(ILogger log, string function, int partition, int attempt);
}

/// <param name="BatchSize">Most records in one delivery.</param>
/// <param name="Gather">Least time between two deliveries of a partition that are not full.</param>
/// <param name="DrainTimeout">How long stopping waits for what was accepted.</param>
/// <param name="Paused">Takes events without applying them.</param>
public sealed record StreamOptions(int BatchSize, TimeSpan Gather, TimeSpan DrainTimeout, bool Paused)
{
    public static StreamOptions Read(Settings s) => new(
        s.Int("Stream:BatchSize", 1024, 1, 10_000, "most records in one delivery"),
        s.Time("Stream:Gather", TimeSpan.FromMilliseconds(50), TimeSpan.Zero, TimeSpan.FromSeconds(10), "least time between two deliveries of a partition that are not full; what comes alone does not wait"),
        s.Time("Stream:DrainTimeout", TimeSpan.FromSeconds(25), TimeSpan.Zero, TimeSpan.FromMinutes(10), "how long stopping waits for accepted events to be applied"),
        s.Flag("Stream:Paused", false, "take events without applying them, while something is looked into; they wait in the stream, for a day at most"));
}
