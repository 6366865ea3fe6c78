using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Storage;

/// <summary>Reads of one document at once are one, and nobody gets less than was there when they asked.</summary>
public sealed class SharedReadsTests
{
    private static readonly Store Docs = Declared.Documents();
    private readonly ManualClock clock = new();
    private readonly Distant distant = new();

    [Fact]
    public async Task Who_reads_what_is_being_read_gets_what_comes_of_it()
    {
        var reads = new SharedReads(distant, clock);
        var asked = Enumerable.Range(0, 10).Select(_ => Get(reads, "a")).ToList();
        var other = Get(reads, "b");
        Assert.Equal(2, distant.Begun.Count);
        distant.Begun[0].SetResult(Of(1));
        foreach (var one in asked) Assert.Equal(Of(1), await one);
        Assert.False(other.IsCompleted);
        var later = Get(reads, "a");
        Assert.Equal(3, distant.Begun.Count);
        distant.Begun[2].SetResult(Of(2));
        Assert.Equal(Of(2), await later);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task After_a_write_nobody_gets_what_was_read_before_it(bool put)
    {
        var reads = new SharedReads(distant, clock);
        var before = Get(reads, "a");
        if (put) await reads.Put(Docs, "p", "a", default, Condition.None, null, default);
        else await reads.Delete(Docs, "p", "a", Condition.None, default);
        var after = Get(reads, "a");
        distant.Begun[1].SetResult(Of(2));
        Assert.Equal(Of(2), await after);
        distant.Begun[0].SetResult(Of(1));
        Assert.Equal(Of(1), await before);
    }

    [Fact]
    public async Task A_read_that_takes_long_is_not_shared_for_long()
    {
        var reads = new SharedReads(distant, clock);
        var slow = Get(reads, "a");
        clock.Advance(SharedReads.Together + TimeSpan.FromTicks(1));
        var fresh = Get(reads, "a");
        distant.Begun[1].SetResult(Of(2));
        Assert.Equal(Of(2), await fresh);
        Assert.False(slow.IsCompleted);
        distant.Begun[0].SetResult(Of(1));
        Assert.Equal(Of(1), await slow);
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_others_to_their_answer()
    {
        var reads = new SharedReads(distant, clock);
        using var stop = new CancellationTokenSource();
        var first = reads.Get(Docs, "p", "a", stop.Token).AsTask();
        var second = Get(reads, "a");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        distant.Begun[0].SetResult(Of(1));
        Assert.Equal(Of(1), await second);
    }

    [Fact]
    public async Task What_goes_wrong_goes_wrong_for_all_who_waited_and_for_nobody_after()
    {
        var reads = new SharedReads(distant, clock);
        var (one, two) = (Get(reads, "a"), Get(reads, "a"));
        distant.Begun[0].SetException(new IOException("away"));
        await Assert.ThrowsAsync<IOException>(() => one);
        await Assert.ThrowsAsync<IOException>(() => two);
        var next = Get(reads, "a");
        distant.Begun[1].SetResult(Of(1));
        Assert.Equal(Of(1), await next);
    }

    private static Task<Outcome<Document>> Get(SharedReads reads, string id) => reads.Get(Docs, "p", id, default).AsTask();

    private static Outcome<Document> Of(ulong etag) => Outcome.Ok(new Document("p", "a", default, new(etag)));

    /// <summary>A store whose answers come when a test says so.</summary>
    private sealed class Distant : IDocuments
    {
        public List<TaskCompletionSource<Outcome<Document>>> Begun { get; } = [];

        public async ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
        {
            var answer = new TaskCompletionSource<Outcome<Document>>();
            Begun.Add(answer);
            return await answer.Task;
        }

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => new(Outcome.Ok(default(Etag)));

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => new(Outcome.Ok(true));

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => throw new NotSupportedException();

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => throw new NotSupportedException();
    }
}

/// <summary>The contract of documents holds where reads are shared.</summary>
public sealed class DocumentsReadTogether : DocumentsContract, IAsyncLifetime
{
    private readonly EngineUnderTest engine = new(onDisk: false);

    protected override ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) => new(new SharedReads(engine.Open(stores, clock).Documents, clock));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await engine.DisposeAsync();
}
