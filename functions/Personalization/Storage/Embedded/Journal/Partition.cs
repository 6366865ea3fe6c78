namespace Personalization.Storage.Embedded;

/// <summary>
/// The documents under one partition key. Most partitions hold one document all their life, so one is held directly and
/// only a second one brings a <see cref="Many"/>. One writer, any number of readers.
/// </summary>
internal sealed class Partition(string key, int slot)
{
    private volatile object? content;

    public string Key { get; } = key;

    /// <summary>Its place in the store's scan order.</summary>
    public int Slot { get; } = slot;

    public bool IsEmpty => content is null or Many { Count: 0 };

    public Entry? Find(string id) => content switch
    {
        Entry only => only.Id == id ? only : null,
        Many many => many.Find(id),
        _ => null,
    };

    /// <summary>Returns what was there before.</summary>
    public Entry? Put(Entry entry)
    {
        switch (content)
        {
            case Many many:
                return many.Put(entry);
            case Entry only when only.Id != entry.Id:
                content = new Many(only, entry);
                return null;
            case var before:
                content = entry;
                return (Entry?)before;
        }
    }

    public Entry? Remove(string id)
    {
        if (content is Many many) return many.Remove(id);
        if (content is not Entry only || only.Id != id) return null;
        content = null;
        return only;
    }

    /// <summary>Adds entries after an id until the list holds <paramref name="max"/>. False when some were left.</summary>
    public bool Copy(List<Document> into, string? after, int max, long now)
    {
        if (content is Many many) return many.Copy(Key, into, after, max, now);
        if (content is not Entry only || !only.LivesAt(now) || string.CompareOrdinal(only.Id, after) <= 0) return true;
        if (into.Count == max) return false;
        into.Add(only.Document(Key));
        return true;
    }

    /// <summary>Adds every entry, dead or alive, in no particular order.</summary>
    public void CopyAll(List<Entry> into)
    {
        if (content is Many many) many.CopyAll(into);
        else if (content is Entry only) into.Add(only);
    }
}
