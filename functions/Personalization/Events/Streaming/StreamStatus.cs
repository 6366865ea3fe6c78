using Personalization.Storage.Embedded;

namespace Personalization.Events.Streaming;

/// <summary>What operators ask of the stream: how far is each partition, how far behind, how fast. The position of the newest record only an embedded stream can tell.</summary>
public sealed class StreamStatus(StreamProgress progress, EmbeddedStream? embedded, string consumer, TimeProvider time)
{
    public IReadOnlyList<PartitionStatus> Now() => embedded is null ? Delivered() : [.. Enumerable.Range(0, embedded.Partitions).Select(p => Embedded(embedded, p))];

    private IReadOnlyList<PartitionStatus> Delivered() =>
        [.. progress.Partitions.OrderBy(p => p.Key.Partition, StringComparer.Ordinal).Select(p => Status(p.Key.Partition, p.Value) with { Checkpoint = p.Value.LastSequence + 1 })];

    private PartitionStatus Embedded(EmbeddedStream stream, int partition)
    {
        var (first, next) = stream.Bounds(StreamedEvent.Hub, partition);
        var checkpoint = stream.Checkpoint(StreamedEvent.Hub, consumer, partition);
        var name = partition.ToString();
        var status = progress.Partitions.TryGetValue((StreamedEvent.Hub.Name, name), out var known) ? Status(name, known) : new PartitionStatus(name);
        return status with { First = first, Next = next, Checkpoint = checkpoint, Lag = Math.Max(0, next - checkpoint), LagSeconds = next > checkpoint ? status.LagSeconds : 0 };
    }

    private PartitionStatus Status(string name, StreamProgress.PartitionProgress p) => new(name)
    {
        LastEnqueued = p.LastEnqueued, LagSeconds = Math.Max(0, (time.GetUtcNow() - p.LastEnqueued).TotalSeconds), Applied = p.Records, RatePerSecond = Math.Round(progress.RateNow(p), 1),
    };
}

/// <summary>One partition of the stream as its consumer sees it.</summary>
public sealed record PartitionStatus(string Partition)
{
    /// <summary>The first sequence still kept.</summary>
    public long? First { get; init; }

    /// <summary>What the next record published gets.</summary>
    public long? Next { get; init; }

    /// <summary>The first sequence not yet applied.</summary>
    public long Checkpoint { get; init; }

    /// <summary>Records published and not yet applied.</summary>
    public long? Lag { get; init; }

    /// <summary>Age of the last applied record, while others wait.</summary>
    public double? LagSeconds { get; init; }

    public DateTimeOffset? LastEnqueued { get; init; }

    /// <summary>Records applied by this process.</summary>
    public long Applied { get; init; }

    public double RatePerSecond { get; init; }
}
