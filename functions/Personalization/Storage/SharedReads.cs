using System.Collections.Concurrent;

namespace Personalization.Storage;

/// <summary>
/// Documents a network away: who reads one that is being read gets what comes of that. A page asks for its homepage, its
/// recommendations and its search at once, and all three want the same person.
/// </summary>
/// <remarks>
/// Nobody gets less than was there when they asked, as far as this process wrote it: a write ends the sharing of what was
/// read before it. What other processes write is seen <see cref="Together"/> later at most, which is less than it takes their
/// caller to come here.
/// </remarks>
public sealed class SharedReads(IDocuments documents, TimeProvider time) : IDocuments
{
    /// <summary>A read that began longer ago is not shared any more.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<Key, Reading> readings = new();

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        var key = new Key(store.Name, partition, id);
        if (readings.TryGetValue(key, out var there) && time.GetElapsedTime(there.Began) <= Together) return new(there.Result.WaitAsync(stop));
        // Entered before it begins: a write that ends meanwhile takes it away again.
        var mine = new Reading(time.GetTimestamp());
        readings[key] = mine;
        _ = Read(store, key, mine);
        return new(mine.Result.WaitAsync(stop));
    }

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        try { return await documents.Put(store, partition, id, body, when, expiry, stop); }
        finally { readings.TryRemove(new(store.Name, partition, id), out _); }
    }

    public async ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        try { return await documents.Delete(store, partition, id, when, stop); }
        finally { readings.TryRemove(new(store.Name, partition, id), out _); }
    }

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => documents.List(store, partition, next, max, stop);

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => documents.Scan(store, next, max, stop);

    /// <summary>Goes on when whoever began it does not wait any more: others may.</summary>
    private async Task Read(Store store, Key key, Reading mine)
    {
        try { mine.Came(await documents.Get(store, key.Partition, key.Id, CancellationToken.None)); }
        catch (Exception e) { mine.Failed(e); }
        finally { readings.TryRemove(KeyValuePair.Create(key, mine)); }
    }

    private readonly record struct Key(string Store, string Partition, string Id);

    private sealed class Reading(long began)
    {
        private readonly TaskCompletionSource<Outcome<Document>> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Began => began;

        public Task<Outcome<Document>> Result => result.Task;

        public void Came(Outcome<Document> document) => result.SetResult(document);

        public void Failed(Exception why)
        {
            result.SetException(why);
            // Whoever waited may have gone; then nobody else looks at it.
            _ = result.Task.Exception;
        }
    }
}
