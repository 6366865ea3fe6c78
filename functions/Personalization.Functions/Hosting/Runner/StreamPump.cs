using System.Diagnostics.Metrics;
using Personalization.Functions.Hosting.Observability;
using Personalization.Storage;
using Personalization.Storage.Memory;

namespace Personalization.Functions.Hosting.Runner;

/// <summary>
/// Delivers the embedded stream to the functions that consume it: partitions in parallel, one batch of a partition at a
/// time and in order. A batch is confirmed when its function is done with it and comes again until then, after a wait
/// that doubles. Stopping drains: what was accepted is applied before the process ends.
/// </summary>
internal sealed partial class StreamPump(
    FunctionTable table, MemoryStreams streams, Invocations invocations, StreamOptions options, TimeProvider time, Meter meter, ILogger<StreamPump> log)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource abandoned = new();
    private readonly CancellationTokenSource draining = new();
    private Task running = Task.CompletedTask;

    public void Start()
    {
        meter.CreateObservableGauge("personalization.stream.lag", () => streams.Backlog, description: "Records accepted and not yet applied");
        running = Task.WhenAll(table.With<Trigger.Events>().SelectMany(f => Enumerable.Range(0, streams.Partitions).Select(p => Task.Run(() => Pump(f.Function.Name, f.Trigger, p)))));
    }

    /// <summary>Returns when everything published is applied, or the time for it is over; then says how much is left.</summary>
    public async Task<long> Drain()
    {
        await draining.CancelAsync();
        abandoned.CancelAfter(options.DrainTimeout);
        await running;
        return streams.Backlog;
    }

    private async Task Pump(string name, Trigger.Events consumer, int partition)
    {
        var attempt = 0;
        while (await Next(partition) is { Count: > 0 } batch)
        {
            var delivery = new Delivery(consumer.Hub, partition.ToString(), batch, attempt);
            if (await invocations.Run(name, null, () => consumer.Handle(delivery, abandoned.Token)) is null)
            {
                streams.Confirm(partition, batch[^1].Sequence);
                attempt = 0;
                continue;
            }

            LogAgain(log, name, partition, ++attempt);
            if (!await Pause(attempt)) return;
        }
    }

    // While draining, an empty partition is a finished one.
    private async ValueTask<IReadOnlyList<DeliveredRecord>> Next(int partition)
    {
        try { return await streams.Next(partition, options.BatchSize, draining.Token); }
        catch (OperationCanceledException) { return abandoned.IsCancellationRequested ? [] : streams.Now(partition, options.BatchSize); }
    }

    private async ValueTask<bool> Pause(int attempt)
    {
        var last = draining.IsCancellationRequested;
        var longest = last ? TimeSpan.FromSeconds(1) : LongestWait;
        var wait = TimeSpan.FromTicks(Math.Min(longest.Ticks, FirstWait.Ticks << Math.Min(attempt - 1, 20)));
        try { await Task.Delay(wait, time, last ? abandoned.Token : draining.Token); }
        catch (OperationCanceledException) { return !abandoned.IsCancellationRequested; }
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} could not take a batch of partition {Partition}; attempt {Attempt} follows")]
    private static partial void LogAgain(ILogger log, string function, int partition, int attempt);
}

/// <param name="Partitions">Partitions of the embedded stream; work on different ones goes on in parallel.</param>
/// <param name="Backlog">Records a partition holds unapplied before it takes no more.</param>
/// <param name="BatchSize">Most records in one delivery.</param>
/// <param name="DrainTimeout">How long stopping waits for what was accepted.</param>
public sealed record StreamOptions(int Partitions, int Backlog, int BatchSize, TimeSpan DrainTimeout)
{
    public static StreamOptions Read(Settings s) => new(
        s.Int("Stream:Partitions", 8, 1, 256, "partitions of the embedded stream; fixed once it holds records"),
        s.Int("Stream:Backlog", 100_000, 1000, 10_000_000, "records a partition holds unapplied before publishers get 429"),
        s.Int("Stream:BatchSize", 256, 1, 10_000, "most records in one delivery"),
        s.Time("Stream:DrainTimeout", TimeSpan.FromSeconds(25), TimeSpan.Zero, TimeSpan.FromMinutes(10), "how long stopping waits for accepted events to be applied"));
}
