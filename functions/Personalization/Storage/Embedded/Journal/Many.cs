using System.Collections.Concurrent;

namespace Personalization.Storage.Embedded;

/// <summary>The documents of a partition with more than one: found by id without a lock, listed in order under a short one.</summary>
internal sealed class Many
{
    private readonly ConcurrentDictionary<string, Entry> byId = new(concurrencyLevel: 1, capacity: 7);
    private readonly Lock gate = new();
    private readonly SortedSet<string> order = new(StringComparer.Ordinal);

    public Many(Entry first, Entry second)
    {
        Put(first);
        Put(second);
    }

    public int Count => byId.Count;

    public Entry? Find(string id) => byId.GetValueOrDefault(id);

    public Entry? Put(Entry entry)
    {
        var before = Find(entry.Id);
        byId[entry.Id] = entry;
        if (before is not null) return before;
        lock (gate) order.Add(entry.Id);
        return null;
    }

    public Entry? Remove(string id)
    {
        if (!byId.TryRemove(id, out var before)) return null;
        lock (gate) order.Remove(id);
        return before;
    }

    public bool Copy(string partition, List<Document> into, string? after, int max, long now)
    {
        lock (gate)
        {
            foreach (var id in From(after))
            {
                if (id == after || Find(id) is not { } entry || !entry.LivesAt(now)) continue;
                if (into.Count == max) return false;
                into.Add(entry.Document(partition));
            }
        }
        return true;
    }

    public void CopyAll(List<Entry> into)
    {
        foreach (var (_, entry) in byId) into.Add(entry);
    }

    private SortedSet<string> From(string? after) =>
        after is null || order.Max is null ? order
        : string.CompareOrdinal(after, order.Max) > 0 ? []
        : order.GetViewBetween(after, order.Max);
}
