using Personalization.Storage;

namespace Personalization.Tests.Profiles;

/// <summary>Fails before or after any call took effect, as a process that dies does.</summary>
internal sealed class CrashingDocuments(IDocuments inner, Random random, int crashOneIn) : IDocuments
{
    private readonly Lock gate = new();

    public IDocuments Inner => inner;

    public async ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) =>
        Crashes() ? Outcome.Failed<Document>(Status.Unavailable) : await inner.Get(store, partition, id, stop);

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        if (Crashes()) return Outcome.Failed<Etag>(Status.Unavailable);
        var done = await inner.Put(store, partition, id, body, when, expiry, stop);
        return Crashes() ? Outcome.Failed<Etag>(Status.Unavailable) : done;
    }

    public async ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        if (Crashes()) return Outcome.Failed<bool>(Status.Unavailable);
        var done = await inner.Delete(store, partition, id, when, stop);
        return Crashes() ? Outcome.Failed<bool>(Status.Unavailable) : done;
    }

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);

    private bool Crashes()
    {
        lock (gate) return random.Next(crashOneIn) == 0;
    }
}
