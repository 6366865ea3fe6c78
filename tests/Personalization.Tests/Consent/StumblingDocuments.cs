using Personalization.Storage;

namespace Personalization.Tests.Consent;

/// <summary>Reads, and writes only when told to.</summary>
internal sealed class StumblingDocuments(IDocuments inner) : IDocuments
{
    public bool Writes { get; init; }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

    public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
        Writes ? inner.Put(store, partition, id, body, when, expiry, stop) : new(Outcome.Failed<Etag>(Status.Unavailable));

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
}
