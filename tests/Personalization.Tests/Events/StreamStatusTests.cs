using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Events;

/// <summary>How far behind the features are, before and after they follow.</summary>
public sealed class StreamStatusTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly StreamProgress progress;
    private readonly StreamStatus status;

    public StreamStatusTests()
    {
        storage = InMemory.Storage(clock, partitions: 2);
        progress = new(clock);
        status = new(progress, storage.Stream, "reader", clock);
    }

    [Fact]
    public void A_stream_nobody_published_to_has_no_lag() =>
        Assert.Equal([new PartitionStatus("0") { First = 0, Next = 0, Lag = 0, LagSeconds = 0 }, new("1") { First = 0, Next = 0, Lag = 0, LagSeconds = 0 }], status.Now());

    [Fact]
    public async Task What_waits_is_the_lag_until_it_is_applied()
    {
        await Publish(1, 40);
        Assert.Equal((0, 40, 40, 0), Of(status.Now()[1]));
        Assert.Null(status.Now()[1].LagSeconds);
        await Apply(1, 0, 30);
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal((30, 40, 10, 30), Of(status.Now()[1]));
        Assert.Equal(7, status.Now()[1].LagSeconds);
        await Apply(1, 30, 10);
        Assert.Equal((40, 40, 0, 40), Of(status.Now()[1]));
        Assert.Equal(0, status.Now()[1].LagSeconds);
        Assert.Equal((0, 0, 0, 0), Of(status.Now()[0]));
    }

    [Fact]
    public async Task The_rate_counts_the_first_delivery_settles_at_what_comes_and_fades_when_nothing_does()
    {
        await Publish(0, 2000);
        await Apply(0, 0, 10);
        Assert.Equal(1, status.Now()[0].RatePerSecond);
        for (var second = 1; second <= 120; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Apply(0, second * 10, 10);
        }

        // Ten a second, seen right after each ten: 10·(1/10)/(1−e^(−1/10)) = 10.5.
        Assert.Equal(10.5, status.Now()[0].RatePerSecond);
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, status.Now()[0].RatePerSecond);
    }

    [Fact]
    public async Task Where_a_host_owns_the_stream_only_what_it_delivered_is_known()
    {
        var hosted = new StreamStatus(progress, null, "reader", clock);
        Assert.Empty(hosted.Now());
        await Publish(1, 5);
        await Apply(1, 0, 5);
        var known = Assert.Single(hosted.Now());
        Assert.Equal(("1", 5, 5, null, null), (known.Partition, known.Checkpoint, known.Applied, known.Next, known.Lag));
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private static (long Checkpoint, long? Next, long? Lag, long Applied) Of(PartitionStatus s) => (s.Checkpoint, s.Next, s.Lag, s.Applied);

    private async Task Publish(int partition, int count) =>
        Assert.True((await storage.Stream.Publish(StreamedEvent.Hub, partition, [.. Enumerable.Range(0, count).Select(_ => new StreamRecord("k", "x"u8.ToArray()))], default)).Ok);

    private async Task Apply(int partition, long from, int count)
    {
        var page = storage.Stream.Read(StreamedEvent.Hub, partition, from, count);
        progress.Applied(new(StreamedEvent.Hub.Name, $"{partition}", page.Records, 0));
        Assert.True((await storage.Stream.Save(StreamedEvent.Hub, "reader", partition, page.Next, default)).Ok);
    }
}
