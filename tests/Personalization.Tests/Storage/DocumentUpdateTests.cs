using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Storage;

public sealed class DocumentUpdateTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;

    public DocumentUpdateTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task Whoever_comes_second_changes_what_the_first_one_wrote()
    {
        var meddled = false;
        Assert.True(await Update(body =>
        {
            if (!meddled) Meddle(1);
            meddled = true;
            return new[] { (byte)((body?.Span[0] ?? 0) + 10) };
        }));
        Assert.Equal(11, (await storage.Documents.Get(Profile.Store, "p", "i", default)).Value.Body.Span[0]);
    }

    [Fact]
    public async Task Nothing_new_is_nothing_written()
    {
        Assert.False(await Update(_ => null));
        Assert.Equal(Status.NotFound, (await storage.Documents.Get(Profile.Store, "p", "i", default)).Status);
    }

    [Fact]
    public async Task Whoever_never_wins_waits_longer_each_time_and_then_fails()
    {
        var asked = 0;
        var updating = Update(body =>
        {
            Meddle((byte)++asked);
            return new byte[] { 99 };
        }).AsTask();
        // The first attempt after a conflict is at once; each later one waits for the clock.
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!updating.IsCompleted && !deadline.IsCancellationRequested)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        Assert.Equal(Status.Conflict, (await Assert.ThrowsAsync<StoreUnavailableException>(() => updating.WaitAsync(TimeSpan.FromSeconds(20)))).Status);
        Assert.Equal(Backoff.MaxAttempts, asked);
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    private void Meddle(byte value) => storage.Documents.Put(Profile.Store, "p", "i", new[] { value }, Condition.None, null, default).AsTask().GetAwaiter().GetResult();

    private ValueTask<bool> Update(Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> fold) => DocumentUpdate.Run(storage.Documents, Profile.Store, "p", "i", fold, clock, default);
}
