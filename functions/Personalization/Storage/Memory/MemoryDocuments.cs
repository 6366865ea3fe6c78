using System.Collections.Concurrent;

namespace Personalization.Storage.Memory;

/// <summary>Documents that live as long as the process.</summary>
public sealed class MemoryDocuments(StoreRegistry registry, TimeProvider time) : IDocuments
{
    private readonly ConcurrentDictionary<(string Store, string Partition, string Id), Entry> entries = new();
    private ulong version;

    private sealed record Entry(byte[] Body, Etag Etag, DateTimeOffset? Expires);

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        registry.Require(store, StoreKind.Documents);
        return new(Live((store.Name, partition, id)) is { } e
            ? Outcome.Ok(new Document(partition, id, e.Body, e.Etag))
            : Outcome.Failed<Document>(Status.NotFound));
    }

    public ValueTask<Outcome<Etag>> Put(
        Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        registry.Require(store, StoreKind.Documents);
        if (body.Length > Document.MaxBytes) return new(Outcome.Failed<Etag>(Status.TooLarge));
        var entry = new Entry(body.ToArray(), new(Interlocked.Increment(ref version)), time.GetUtcNow() + (expiry ?? store.Expiry));
        return new(Replace((store.Name, partition, id), when, entry) ? Outcome.Ok(entry.Etag) : Outcome.Failed<Etag>(Status.Conflict));
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        registry.Require(store, StoreKind.Documents);
        var key = (store.Name, partition, id);
        if (Live(key) is not { } e) return new(Outcome.Failed<bool>(Status.NotFound));
        var held = when.Kind == ConditionKind.None || (when.Kind == ConditionKind.Matches && when.Etag == e.Etag);
        return new(held && entries.TryRemove(new(key, e)) ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.Conflict));
    }

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) =>
        new(Outcome.Ok(Collect(store, k => k.Partition == partition, k => k.Id, next, max)));

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) =>
        new(Outcome.Ok(Collect(store, static _ => true, k => $"{k.Partition}\0{k.Id}", next, max)));

    private Entry? Live((string, string, string) key) =>
        entries.TryGetValue(key, out var e) && !(e.Expires <= time.GetUtcNow()) ? e : null;

    private bool Replace((string, string, string) key, Condition when, Entry entry)
    {
        var old = Live(key);
        var held = when.Kind switch
        {
            ConditionKind.Absent => old is null,
            ConditionKind.Matches => old is not null && old.Etag == when.Etag,
            _ => true,
        };
        if (!held) return false;
        if (when.Kind == ConditionKind.None) { entries[key] = entry; return true; }
        if (old is not null) return entries.TryUpdate(key, entry, old);
        return entries.TryGetValue(key, out var expired) ? entries.TryUpdate(key, entry, expired) : entries.TryAdd(key, entry);
    }

    private Page<Document> Collect(
        Store store, Func<(string Store, string Partition, string Id), bool> wanted,
        Func<(string Store, string Partition, string Id), string> order, string? next, int max)
    {
        registry.Require(store, StoreKind.Documents);
        var keys = entries.Keys.Where(k => k.Store == store.Name && wanted(k)).OrderBy(order, StringComparer.Ordinal)
            .Where(k => next is null || string.CompareOrdinal(order(k), next) > 0).Take(max).ToList();
        var found = keys.Select(k => (k, e: Live(k))).Where(x => x.e is not null)
            .Select(x => new Document(x.k.Partition, x.k.Id, x.e!.Body, x.e.Etag)).ToList();
        return new(found, keys.Count == max ? order(keys[^1]) : null);
    }
}
