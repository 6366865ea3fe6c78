using Personalization.Storage;

namespace Personalization.Tests.Publishing;

/// <summary>From a moment on reads are never answered.</summary>
internal sealed class SilentDocuments(IDocuments documents) : IDocuments
{
    private readonly TaskCompletionSource<Outcome<Document>> never = new();

    public bool Silent { get; set; }

    /// <summary>Reads there were.</summary>
    public int Asked { get; private set; }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        Asked++;
        return Silent ? new(never.Task) : documents.Get(store, partition, id, stop);
    }

    public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
        documents.Put(store, partition, id, body, when, expiry, stop);

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => documents.Delete(store, partition, id, when, stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => documents.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => documents.Scan(store, next, max, stop);
}
