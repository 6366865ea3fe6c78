using Personalization.Storage;

namespace Personalization.Tests.Publishing;

/// <summary>Somebody else is quicker, right after the first write.</summary>
internal sealed class OvertakenDocuments(IDocuments documents, Func<Task> meanwhile) : IDocuments
{
    private bool happened;

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        var put = await documents.Put(store, partition, id, body, when, expiry, stop);
        if (happened) return put;
        happened = true;
        await meanwhile();
        return put;
    }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => documents.Get(store, partition, id, stop);

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => documents.Delete(store, partition, id, when, stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => documents.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => documents.Scan(store, next, max, stop);
}
