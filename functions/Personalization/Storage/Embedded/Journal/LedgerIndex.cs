using System.Collections.Concurrent;

namespace Personalization.Storage.Embedded;

/// <summary>All rows of one ledger.</summary>
internal sealed class LedgerIndex(string name)
{
    private readonly ConcurrentDictionary<string, LedgerRows> partitions = new(concurrencyLevel: 1, capacity: 31);

    /// <summary>What takes the place of partitions that the current batch clears; belongs to the committing thread.</summary>
    private readonly Dictionary<string, LedgerRows> cleared = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public IEnumerable<KeyValuePair<string, LedgerRows>> Partitions => partitions;

    public long LiveBytes { get; private set; }

    public LedgerRows? Find(string partition) => partitions.GetValueOrDefault(partition);

    /// <summary>The same as the current batch leaves it.</summary>
    public LedgerRows? Staged(string partition) => cleared.GetValueOrDefault(partition) ?? Find(partition);

    /// <summary>Rows appended from here on in this batch are the first.</summary>
    public void StageClear(string partition) => cleared[partition] = new();

    /// <summary>Forgets what the batch was to clear, done or not.</summary>
    public void Settle() => cleared.Clear();

    public void Account(long bytes) => LiveBytes += bytes;

    public LedgerRows GetOrAdd(string partition) => partitions.GetOrAdd(partition, static _ => new LedgerRows());

    /// <summary>Lets go of these rows of a partition; what the batch appends after them, perhaps nothing, is there instead.</summary>
    public void Clear(string partition, LedgerRows rows)
    {
        for (var i = 0; i < rows.Count; i++) LiveBytes -= rows[i].Length;
        if (Find(partition) != rows) return;
        if (cleared.TryGetValue(partition, out var after) && !after.IsEmpty) partitions[partition] = after;
        else partitions.TryRemove(partition, out _);
    }
}
