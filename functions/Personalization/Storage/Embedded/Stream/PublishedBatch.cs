namespace Personalization.Storage.Embedded;

/// <summary>The head of a published batch as read from a file; <see cref="Records"/> walks the rest.</summary>
internal readonly ref struct PublishedBatch
{
    public PublishedBatch(ReadOnlySpan<byte> payload)
    {
        var record = new RecordCursor(payload[1..]);
        Hub = record.Utf8();
        Partition = record.Byte();
        First = record.Number();
        At = record.Number();
        Count = record.Count();
        Records = record;
    }

    public ReadOnlySpan<byte> Hub { get; }

    public int Partition { get; }

    public long First { get; }

    public long At { get; }

    public int Count { get; }

    public long Next => First + Count;

    public RecordCursor Records { get; }

    public bool IsOf(HubPartition partition) => Partition == partition.Number && Hub.SequenceEqual(partition.Hub.Utf8Name);
}
