using System.Collections.Concurrent;

namespace Personalization.Storage.Embedded;

/// <summary>All documents of one store. Readers never lock; only the committing thread writes.</summary>
internal sealed class DocumentIndex(string name, Store? store)
{
    private readonly Stack<int> free = [];
    private ConcurrentDictionary<string, Partition> partitions = new(concurrencyLevel: 1, capacity: FewPartitions);
    private Partition?[] slots = new Partition?[32];
    private int used;
    private int room = FewPartitions;

    private const int FewPartitions = 31;

    public string Name { get; } = name;

    /// <summary>The declaration; null for what is on disk but no longer declared, which is kept until it expires.</summary>
    public Store? Store { get; } = store;

    public int Count { get; private set; }

    public long LiveBytes { get; private set; }

    /// <summary>One past the last slot; a scan goes from 0 to here.</summary>
    public int Slots => Volatile.Read(ref used);

    public Partition? At(int slot) => Volatile.Read(ref slots) is var all && slot < all.Length ? Volatile.Read(ref all[slot]) : null;

    public Partition? Partition(string key) => partitions.GetValueOrDefault(key);

    public Entry? Find(string partition, string id) =>
        partitions.TryGetValue(partition, out var found) ? found.Find(id) : null;

    /// <summary>At start, while nobody reads: room for as many partitions.</summary>
    public void Presize(int count)
    {
        room = Math.Max(room, count);
        var larger = new ConcurrentDictionary<string, Partition>(concurrencyLevel: 1, capacity: room);
        foreach (var (key, partition) in partitions) larger[key] = partition;
        partitions = larger;
    }

    /// <summary>At start: grows in larger steps than the dictionary would, because each step copies everything.</summary>
    public void MakeRoom()
    {
        if (used >= room) Presize(room * 4);
    }

    public void Put(string partition, Entry entry)
    {
        if (!partitions.TryGetValue(partition, out var found)) partitions[partition] = found = Add(partition);
        Account(partition, found.Put(entry), entry);
    }

    public void Remove(string partition, string id)
    {
        if (!partitions.TryGetValue(partition, out var found)) return;
        Account(partition, found.Remove(id), null);
        if (!found.IsEmpty) return;
        partitions.TryRemove(partition, out _);
        Volatile.Write(ref slots[found.Slot], null);
        free.Push(found.Slot);
    }

    private Partition Add(string key)
    {
        if (!free.TryPop(out var slot)) slot = used;
        if (slot == slots.Length)
        {
            var larger = new Partition?[slots.Length * 2];
            slots.CopyTo(larger, 0);
            Volatile.Write(ref slots, larger);
        }
        var partition = new Partition(key, slot);
        Volatile.Write(ref slots[slot], partition);
        if (slot == used) Volatile.Write(ref used, slot + 1);
        return partition;
    }

    private void Account(string partition, Entry? before, Entry? after)
    {
        Count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
        LiveBytes += (after?.RecordBytes(partition) ?? 0) - (before?.RecordBytes(partition) ?? 0);
    }
}
