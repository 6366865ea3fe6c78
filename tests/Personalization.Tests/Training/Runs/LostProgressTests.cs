using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>A run whose progress cannot be written is begun again; what was under way must not go on beside it and promote.</summary>
public sealed class LostProgressTests
{
    [Fact]
    public async Task What_nobody_waits_for_any_more_is_stopped_and_the_run_done_again_has_its_model()
    {
        await using var world = await new PrivateWorld { On = false }.With(20);
        var documents = new Slow(world.Documents);
        var running = world.Run(world.Desk(documents));
        await documents.Reading.Task;
        documents.Broken = true;
        // The run tells how far it is every two seconds; however many turns it takes to wait for that.
        for (var n = 0; n < 1_000_000 && !running.IsCompleted; n++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(running.IsCompleted);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => running);
        Assert.True(documents.Given.IsCancellationRequested);
        documents.Broken = false;
        documents.Go.SetResult();
        var again = await world.Run(world.Desk(documents));
        Assert.Equal((TrainingStatus.Completed, again.Model), (again.Status, await world.Champion()));
        Assert.Single(await world.Registry.All(default));
    }

    /// <summary>People are read only when the test says so, and progress cannot be written while it is broken.</summary>
    private sealed class Slow(IDocuments inner) : IDocuments
    {
        public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Given { get; private set; }

        public bool Broken { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
            Broken && store == TrainingRuns.Store ? new(Outcome.Failed<Etag>(Status.Unavailable)) : inner.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public async ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop)
        {
            if (store != Profile.Store || Go.Task.IsCompleted) return await inner.Scan(store, next, max, stop);
            Given = stop;
            Reading.TrySetResult();
            await Go.Task;
            return await inner.Scan(store, next, max, stop);
        }
    }
}
