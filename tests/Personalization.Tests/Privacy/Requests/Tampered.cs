using Personalization.Storage;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>Documents of which single calls fail, or before which something else happens.</summary>
internal sealed class Tampered(IDocuments inner) : IDocuments
{
    /// <summary>Whether a write is not taken: store, partition.</summary>
    public Func<string, string, bool> Fails { get; set; } = (_, _) => false;

    /// <summary>What happens after a write of a store, before its caller hears of it.</summary>
    public Func<string, string, Task>? After { get; set; }

    /// <summary>What happens before a write of a store.</summary>
    public Func<string, string, Task>? Before { get; set; }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        if (Fails(store.Name, partition)) return Outcome.Failed<Etag>(Status.Unavailable);
        if (Before is { } before) await before(store.Name, partition);
        var done = await inner.Put(store, partition, id, body, when, expiry, stop);
        if (After is { } after) await after(store.Name, partition);
        return done;
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
}
