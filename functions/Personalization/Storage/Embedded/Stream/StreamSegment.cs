namespace Personalization.Storage.Embedded;

/// <summary>
/// One file of a log of the stream. All its hubs and partitions share it, so that one sync serves every publisher; a sparse index says
/// where each partition's records are.
/// </summary>
internal sealed class StreamSegment(string kind, long number, IFile file, long beganAt)
{
    /// <summary>A reader walks at most this much of other partitions' records before its own.</summary>
    private const int IndexEveryBytes = 64 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<HubPartition, Extent> extents = [];
    private readonly Dictionary<Hub, long> lastAt = [];
    private long end;

    public long Number { get; } = number;

    public IFile File { get; } = file;

    /// <summary>When the file was begun, in Unix milliseconds.</summary>
    public long BeganAt { get; } = beganAt;

    public string Name => LogNames.Of(kind, Number);

    /// <summary>Readers stop here: what is behind may not be durable.</summary>
    public long End
    {
        get => Volatile.Read(ref end);
        set => Volatile.Write(ref end, value);
    }

    public bool IsEmpty
    {
        get
        {
            lock (gate) return extents.Count == 0;
        }
    }

    public void Add(HubPartition partition, long first, int count, long offset, long at)
    {
        lock (gate)
        {
            if (!extents.TryGetValue(partition, out var extent)) extents[partition] = extent = new();
            if (extent.Places.Count == 0 || offset - extent.Places[^1].Offset >= IndexEveryBytes) extent.Places.Add((first, offset, Math.Max(at, extent.Newest)));
            (extent.Next, extent.Newest) = (first + count, Math.Max(at, extent.Newest));
            lastAt[partition.Hub] = at;
        }
    }

    /// <summary>Where to begin walking for a sequence; null when the partition has nothing from there on in this file.</summary>
    public long? Find(HubPartition partition, long sequence)
    {
        lock (gate)
        {
            if (!extents.TryGetValue(partition, out var extent) || sequence >= extent.Next) return null;
            var found = extent.Places.BinarySearch((sequence, long.MaxValue, long.MaxValue));
            return extent.Places[Math.Max(0, ~found - 1)].Offset;
        }
    }

    /// <summary>A sequence before which all of the partition's records are older than a time, none far before; null when all in this file are.</summary>
    public long? At(HubPartition partition, long time)
    {
        lock (gate)
        {
            if (!extents.TryGetValue(partition, out var extent) || extent.Newest < time) return null;
            // The last place up to which nothing is as new; the newest so far never falls, whatever the clock did.
            var (low, high) = (0, extent.Places.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (extent.Places[middle].Newest < time) low = middle + 1;
                else high = middle;
            }

            return extent.Places[Math.Max(0, low - 1)].Sequence;
        }
    }

    public long? First(HubPartition partition)
    {
        lock (gate) return extents.TryGetValue(partition, out var extent) ? extent.Places[0].Sequence : null;
    }

    /// <summary>Whether every record in it has outlived its hub's retention.</summary>
    public bool ExpiredAt(long now)
    {
        lock (gate) return lastAt.All(hub => hub.Key.ExpiredAt(hub.Value, now));
    }

    private sealed class Extent
    {
        /// <summary>With the newest time up to and with the batch that begins there.</summary>
        public List<(long Sequence, long Offset, long Newest)> Places { get; } = [];

        public long Next { get; set; }

        public long Newest { get; set; } = long.MinValue;
    }
}
