using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Messages.Campaigning;
using static Personalization.Tests.Messages.MessageCalls;

namespace Personalization.Tests.Messages;

/// <summary>A showing that is on its way to be reserved while its person is erased.</summary>
public sealed class LateReservationTests
{
    [Fact]
    public async Task What_is_reserved_for_somebody_while_they_are_erased_goes_with_the_rest()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        var late = new Late(world.Raw);
        await world.Start(late, null);
        var deciding = world.Decide("u");
        await late.Reached.Task;
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        late.Go.SetResult();
        await deciding;
        Assert.Contains(await world.Documents(), d => d.Store == CapSheets.Store.Name);
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == CapSheets.Store.Name);
    }

    /// <summary>Holds back the first showing that is stored.</summary>
    private sealed class Late(IDocuments inner) : IDocuments
    {
        private int held;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            if (store == CapSheets.Store && Interlocked.Exchange(ref held, 1) == 0)
            {
                Reached.SetResult();
                await Go.Task;
            }

            return await inner.Put(store, partition, id, body, when, expiry, stop);
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
