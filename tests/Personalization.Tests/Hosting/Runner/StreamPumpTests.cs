using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Hosting.Runner;

/// <summary>The pump delivers everything, in order within a partition, again after a failure, and drains when it stops.</summary>
public sealed class StreamPumpTests : IAsyncDisposable
{
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage = InMemory.Storage(new ManualClock(), partitions: 4);
    private readonly ConcurrentQueue<(string Partition, string Body, int Attempt)> seen = new();

    private CancellationToken given;

    [Fact]
    public async Task Everything_published_before_the_stop_is_delivered_in_order()
    {
        var open = new TaskCompletionSource();
        var pump = Start(_ => open.Task);
        for (var i = 0; i < 400; i++) await Publish(i % 4, $"{i}");
        // Nothing is done yet when the stop comes.
        var draining = pump.Drain();
        open.SetResult();
        await draining;
        Assert.Equal(0, pump.Lag);
        foreach (var partition in seen.GroupBy(s => s.Partition))
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (4 * i) + int.Parse(partition.Key)), partition.Select(s => int.Parse(s.Body)));
        Assert.Equal(400, seen.Count);
    }

    [Fact]
    public async Task A_delivery_that_fails_comes_again_and_nothing_overtakes_it()
    {
        var failures = 3;
        await Publish(0, "first");
        await Publish(0, "second");
        var pump = Start(_ => Interlocked.Decrement(ref failures) >= 0 ? throw new StoreUnavailableException("profiles", Status.Unavailable) : Task.CompletedTask, batch: 1);
        while (pump.Lag > 0)
        {
            if (clock.Pending > 0) clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await pump.Drain();
        Assert.Equal([("0", "first", 0), ("0", "first", 1), ("0", "first", 2), ("0", "first", 3), ("0", "second", 0)], seen);
    }

    [Fact]
    public async Task A_partition_that_stands_still_does_not_hold_up_the_others()
    {
        var pump = Start(d => d.Partition == "0" ? throw new StoreUnavailableException("profiles", Status.Unavailable) : Task.CompletedTask);
        await Publish(0, "stuck");
        await Publish(1, "free");
        while (pump.Lag > 1) await Task.Yield();
        Assert.Contains(seen, s => s.Body == "free");
    }

    [Fact]
    public async Task What_a_stop_left_behind_is_delivered_at_the_next_start_and_nothing_else()
    {
        await Publish(2, "done");
        await Publish(2, "left");
        var first = Start(d => Encoding.UTF8.GetString(d.Records[0].Body.Span) == "left" ? throw new StoreUnavailableException("profiles", Status.Unavailable) : Task.CompletedTask, batch: 1, drain: TimeSpan.Zero);
        while (first.Lag > 1) await Task.Yield();
        await first.Drain();
        Assert.Equal(1, first.Lag);

        seen.Clear();
        var second = Start(_ => Task.CompletedTask);
        await second.Drain();
        Assert.Equal(0, second.Lag);
        Assert.Equal([("2", "left", 0)], seen);
    }

    [Fact]
    public async Task A_drain_that_is_out_of_time_ends_after_the_delivery_under_way()
    {
        var open = new TaskCompletionSource();
        for (var i = 0; i < 10; i++) await Publish(3, $"{i}");
        var pump = Start(_ => open.Task, batch: 1);
        while (seen.IsEmpty) await Task.Yield();
        var draining = pump.Drain();
        while (clock.Pending == 0) await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(10));
        while (!given.IsCancellationRequested) await Task.Yield();
        open.SetResult();
        await draining;
        Assert.Equal(9, pump.Lag);
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    private StreamPump Start(Func<Delivery, Task> then, int batch = 16, TimeSpan? drain = null)
    {
        var table = new FunctionTable([new("Consume", new Trigger.Events(StreamedEvent.Hub, async (delivery, stop) =>
        {
            given = stop;
            foreach (var r in delivery.Records) seen.Enqueue((delivery.Partition, Encoding.UTF8.GetString(r.Body.Span), delivery.Attempt));
            await then(delivery);
        }))]);
        var invocations = new Invocations(meter, clock, NullLogger<Invocations>.Instance);
        var pump = new StreamPump(table, storage.Stream, invocations, new(batch, drain ?? TimeSpan.FromSeconds(10), Paused: false), clock, meter, NullLogger<StreamPump>.Instance);
        pump.Start();
        return pump;
    }

    private async Task Publish(int partition, string body) =>
        Assert.True((await storage.Stream.Publish(StreamedEvent.Hub, partition, [new("subject", Encoding.UTF8.GetBytes(body))], default)).Ok);
}
