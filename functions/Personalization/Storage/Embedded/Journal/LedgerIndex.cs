using System.Collections.Concurrent;

namespace Personalization.Storage.Embedded;

/// <summary>All rows of one ledger.</summary>
internal sealed class LedgerIndex(string name)
{
    private readonly ConcurrentDictionary<string, LedgerRows> partitions = new(concurrencyLevel: 1, capacity: 31);

    public string Name { get; } = name;

    public IEnumerable<KeyValuePair<string, LedgerRows>> Partitions => partitions;

    public long LiveBytes { get; private set; }

    public LedgerRows? Find(string partition) => partitions.GetValueOrDefault(partition);

    public void Account(long bytes) => LiveBytes += bytes;

    public LedgerRows GetOrAdd(string partition) => partitions.GetOrAdd(partition, static _ => new LedgerRows());
}
