namespace Personalization.Storage;

/// <summary>A partitioned log of records. In Azure the host consumes it (Event Hub trigger); embedded, the pump does.</summary>
public interface IStream
{
    /// <summary>Fixed for the life of the hub; the partition of a subject depends on it.</summary>
    int Partitions { get; }

    /// <summary>
    /// Appends records to one partition, all or none, in order, and returns when they are as safe as the store makes them.
    /// <see cref="Status.Throttled"/> when the partition's backlog is at its bound: nothing was taken.
    /// </summary>
    ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop);
}

/// <param name="Key">The subject the record is about.</param>
/// <param name="Body">What consumers get.</param>
public readonly record struct StreamRecord(string Key, ReadOnlyMemory<byte> Body)
{
    /// <summary>Leaves room for Event Hubs' envelope within the megabyte it accepts.</summary>
    public const int MaxBytes = 1024 * 1024 - 64 * 1024;
}
