using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Storage;
using Personalization.Storage.Memory;
using Personalization.Events;

namespace Personalization.Tests.Hosting.Runner;

/// <summary>The pump delivers everything, in order within a partition, again after a failure, and drains when it stops.</summary>
public sealed class StreamPumpTests : IDisposable
{
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly MemoryStreams streams;
    private readonly ConcurrentQueue<(string Partition, string Body, int Attempt)> seen = new();

    public StreamPumpTests() => streams = new(Composition.Stores, clock, partitions: 4, backlog: 1000);

    [Fact]
    public async Task Everything_published_before_the_stop_is_delivered_in_order()
    {
        var pump = Start(_ => { });
        for (var i = 0; i < 400; i++) await Publish(i % 4, $"{i}");
        Assert.Equal(0, await pump.Drain());
        foreach (var partition in seen.GroupBy(s => s.Partition))
            Assert.Equal(Enumerable.Range(0, 100).Select(i => (4 * i) + int.Parse(partition.Key)), partition.Select(s => int.Parse(s.Body)));
        Assert.Equal(400, seen.Count);
    }

    [Fact]
    public async Task A_delivery_that_fails_comes_again_and_nothing_overtakes_it()
    {
        var failures = 3;
        var pump = Start(_ => { if (Interlocked.Decrement(ref failures) >= 0) throw new StoreUnavailableException("profiles", Status.Unavailable); });
        await Publish(0, "first");
        await Publish(0, "second");
        while (!seen.Any(s => s.Body == "second" && s.Attempt == 3) && seen.Count < 100)
        {
            if (clock.Pending > 0) clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(0, await pump.Drain());
        Assert.Equal([0, 1, 2, 3], seen.Where(s => s.Body == "first").Select(s => s.Attempt));
        Assert.True(seen.Select(s => s.Body).ToList().IndexOf("second") >= 0);
    }

    [Fact]
    public async Task A_partition_that_stands_still_does_not_hold_up_the_others()
    {
        var pump = Start(d => { if (d.Partition == "0") throw new StoreUnavailableException("profiles", Status.Unavailable); });
        await Publish(0, "stuck");
        await Publish(1, "free");
        while (streams.Backlog > 1) await Task.Yield();
        Assert.Contains(seen, s => s.Body == "free");
        _ = pump;
    }

    [Fact]
    public async Task A_full_partition_takes_nothing_of_a_batch()
    {
        for (var i = 0; i < 999; i++) await Publish(2, "x");
        var refused = await streams.Publish(StreamedEvent.Hub, 2, [Record("a"), Record("b")], default);
        Assert.Equal((Status.Throttled, 999L), (refused.Status, streams.Backlog));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
    }

    public void Dispose() => meter.Dispose();

    private StreamPump Start(Action<Delivery> then)
    {
        var table = new FunctionTable([new("Consume", new Trigger.Events("behaviour", (delivery, _) =>
        {
            foreach (var r in delivery.Records) seen.Enqueue((delivery.Partition, Encoding.UTF8.GetString(r.Body.Span), delivery.Attempt));
            then(delivery);
            return default;
        }))]);
        var invocations = new Invocations(meter, clock, NullLogger<Invocations>.Instance);
        var pump = new StreamPump(table, streams, invocations, new(4, 1000, 16, TimeSpan.FromSeconds(10)), clock, meter, NullLogger<StreamPump>.Instance);
        pump.Start();
        return pump;
    }

    private async Task Publish(int partition, string body) => Assert.True((await streams.Publish(StreamedEvent.Hub, partition, [Record(body)], default)).Ok);

    private static StreamRecord Record(string body) => new("subject", Encoding.UTF8.GetBytes(body));
}
