using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>What every implementation of <see cref="IStream"/> promises; consumption differs, so an implementation says how its records are read back.</summary>
public abstract class StreamContract
{
    protected Store Hub { get; } = Declared.Stream(TimeSpan.FromDays(1));

    protected static CancellationToken Stop => CancellationToken.None;

    /// <param name="stores">What is declared.</param>
    /// <param name="clock">Time.</param>
    /// <param name="backlog">How many records one partition may hold that nobody has consumed.</param>
    protected abstract ValueTask<IStream> Open(StoreRegistry stores, TimeProvider clock, int backlog);

    /// <summary>Everything the partition holds, in order.</summary>
    protected abstract ValueTask<IReadOnlyList<StreamRecord>> Published(Store hub, int partition);

    protected ValueTask<IStream> Open(int backlog = 100_000) => Open(new StoreRegistry([Hub]), new ManualClock(), backlog);

    [Fact]
    public async Task Records_come_out_of_their_partition_in_the_order_they_went_in()
    {
        var stream = await Open();
        Assert.True((await stream.Publish(Hub, 0, Records("a", "b"), Stop)).Ok);
        Assert.True((await stream.Publish(Hub, 1, Records("c"), Stop)).Ok);
        Assert.True((await stream.Publish(Hub, 0, Records("d 🦊"), Stop)).Ok);
        Assert.Equal(["a", "b", "d 🦊"], await Bodies(0));
        Assert.Equal(["c"], await Bodies(1));
        Assert.All(await Published(Hub, 0), r => Assert.Equal("subject", r.Key));
    }

    [Fact]
    public async Task Parallel_publishers_lose_nothing_and_keep_their_own_order()
    {
        var stream = await Open();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < 10; n++)
                Assert.True((await stream.Publish(Hub, 0, Records($"{writer}:{2 * n}", $"{writer}:{(2 * n) + 1}"), Stop)).Ok);
        })));
        var read = (await Bodies(0)).Select(b => b.Split(':')).ToLookup(b => b[0], b => int.Parse(b[1]));
        Assert.Equal(20, read.Count);
        Assert.All(read, writer => Assert.Equal(Enumerable.Range(0, 20), writer));
    }

    [Fact]
    public async Task A_full_backlog_is_throttled_with_a_time_to_come_back_and_takes_nothing()
    {
        var stream = await Open(backlog: 3);
        Assert.True((await stream.Publish(Hub, 0, Records("a", "b"), Stop)).Ok);
        var refused = await stream.Publish(Hub, 0, Records("c", "d"), Stop);
        Assert.Equal(Status.Throttled, refused.Status);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(["a", "b"], await Bodies(0));
    }

    [Fact]
    public async Task An_empty_batch_is_taken_and_an_oversized_record_is_not()
    {
        var stream = await Open();
        Assert.True((await stream.Publish(Hub, 0, [], Stop)).Ok);
        Assert.True((await stream.Publish(Hub, 0, [new("subject", new byte[StreamRecord.MaxBytes])], Stop)).Ok);
        Assert.Equal(Status.TooLarge, (await stream.Publish(Hub, 0, [new("subject", new byte[StreamRecord.MaxBytes + 1])], Stop)).Status);
        Assert.Single(await Published(Hub, 0));
    }

    [Fact]
    public async Task A_hub_or_partition_that_is_not_there_cannot_be_published_to()
    {
        var stream = await Open();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.Publish(Declared.Stream(), 0, Records("a"), Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await stream.Publish(Hub, stream.Partitions, Records("a"), Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await stream.Publish(Hub, -1, Records("a"), Stop));
    }

    private static StreamRecord[] Records(params string[] bodies) => [.. bodies.Select(b => new StreamRecord("subject", Declared.Utf8(b)))];

    private async Task<string[]> Bodies(int partition) => [.. (await Published(Hub, partition)).Select(r => Declared.Text(r.Body))];
}
