using System.Text;

namespace Personalization.Storage.Embedded;

internal sealed class Hub
{
    private readonly long retention;

    public Hub(string name, Store? store, int partitions)
    {
        Store = store;
        Name = name;
        Utf8Name = Encoding.UTF8.GetBytes(name);
        // Nobody can open a hub that is no longer declared, so its records hold nothing back.
        retention = store is null ? 0 : (long)(store.Expiry?.TotalMilliseconds ?? long.MaxValue);
        Partitions = [.. Enumerable.Range(0, partitions).Select(n => new HubPartition(this, n))];
    }

    public Store? Store { get; }

    public string Name { get; }

    public byte[] Utf8Name { get; }

    public HubPartition[] Partitions { get; }

    public bool ExpiredAt(long at, long now) => now - at >= retention;

    /// <summary>How long a file may grow so that whole files expire soon after their records.</summary>
    public long ShortestFile => Math.Max(1, retention / 8);

    public HubPartition Partition(int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Partitions.Length);
        return Partitions[partition];
    }
}
