using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Rebuilds the index of a log's files at start.</summary>
internal sealed class StreamReplay(StreamLog stream, IFiles files)
{
    private readonly List<StreamSegment> segments = [];

    public void Apply(long number, long at, ReadOnlySpan<byte> payload)
    {
        if (segments.Count == 0 || segments[^1].Number != number) segments.Add(new(stream.Kind, number, files.Open(LogNames.Of(stream.Kind, number)), stream.Now));
        switch ((RecordType)payload[0])
        {
            case RecordType.Positions: Positions(segments[^1].Name, at, payload); break;
            case RecordType.Publish: Publish(segments[^1], at, payload); break;
            default: throw new InvalidDataException("Unknown record type.");
        }
    }

    public StreamSegment[] Finish()
    {
        foreach (var segment in segments) segment.End = segment.File.Length;
        return [.. segments];
    }

    private void Positions(string file, long at, ReadOnlySpan<byte> payload)
    {
        var record = new RecordCursor(payload[1..]);
        var partitions = record.Count();
        if (partitions != stream.Options.StreamPartitions)
            throw new StorageStartException(file, at, $"the stream has {partitions} partitions and {nameof(EmbeddedOptions.StreamPartitions)} says {stream.Options.StreamPartitions}; a subject's partition would change, so keep the number");
        for (var count = record.Count(); count > 0; count--)
        {
            foreach (var partition in stream.HubNamed(record.Text()).Partitions) partition.Reached(Math.Max(partition.Next, record.Number()));
        }
    }

    private void Publish(StreamSegment segment, long at, ReadOnlySpan<byte> payload)
    {
        var batch = new PublishedBatch(payload);
        var partition = stream.HubNamed(Encoding.UTF8.GetString(batch.Hub)).Partitions[batch.Partition];
        segment.Add(partition, batch.First, batch.Count, at, batch.At);
        partition.Reached(Math.Max(partition.Next, batch.Next));
    }
}
