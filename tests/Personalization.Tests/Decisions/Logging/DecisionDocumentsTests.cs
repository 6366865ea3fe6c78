using Personalization.Decisions.Logging;
using Personalization.Storage;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionDocumentsTests : DecisionLogContract, IAsyncLifetime
{
    private Personalization.Storage.Embedded.EmbeddedStorage? storage;

    protected override ValueTask<IDecisionLog> Open() => new(new DecisionDocuments((storage = InMemory.Storage(Clock)).Documents));

    [Fact]
    public async Task What_was_refused_half_way_is_whole_after_it_is_repeated()
    {
        await Open();
        LoggedDecision[] batch = [.. Enumerable.Range(0, 100).Select(n => Decided(new((UInt128)n), $"{n}"))];
        var dying = new DecisionDocuments(new MortalStorage(storage!.Documents, storage.Blobs, diesAt: 60, after: false));
        Assert.Equal(Status.Unavailable, (await dying.Append(batch, Stop)).Status);
        var log = new DecisionDocuments(storage.Documents);
        Assert.InRange((await All(log.Since(DateTimeOffset.MinValue, Stop))).Count, 60, 99);
        Assert.True((await log.Append(batch, Stop)).Ok);
        Assert.Equal(100, (await All(log.Since(DateTimeOffset.MinValue, Stop))).Count);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_not_an_empty_one()
    {
        await Open();
        var dead = new DecisionDocuments(new MortalStorage(storage!.Documents, storage.Blobs, diesAt: 0, after: false));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await dead.Find(Ann, Decided(Ann, "").Id, Stop));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await All(dead.Of(Ann, Stop)));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await All(dead.Since(Clock.GetUtcNow(), Stop)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (storage is not null) await storage.DisposeAsync();
    }
}
