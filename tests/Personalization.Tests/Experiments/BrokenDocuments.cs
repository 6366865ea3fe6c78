using Personalization.Storage;

namespace Personalization.Tests.Experiments;

/// <summary>Documents that take nothing while they are down; what is there can be read.</summary>
internal sealed class BrokenDocuments(IDocuments inner) : IDocuments
{
    public bool Down { get; set; }

    /// <summary>What somebody else does just before something is written.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        if (Meanwhile is { } others) await others();
        return Down ? Outcome.Failed<Etag>(Status.Unavailable) : await inner.Put(store, partition, id, body, when, expiry, stop);
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
}
