using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>
/// How a published batch is written: hub, partition, first sequence, time, count, then key and body of each record.
/// A record without a key has been erased; it keeps its sequence and nothing else.
/// </summary>
internal static class StreamRecords
{
    public static int Size(IReadOnlyList<StreamRecord> records)
    {
        var size = 0;
        foreach (var record in records) size += 10 + Encoding.UTF8.GetMaxByteCount(record.Key.Length) + record.Body.Length;
        return size;
    }

    /// <summary>Keys and bodies, encoded by the publishing thread so that the committing one only copies.</summary>
    public static int Encode(IReadOnlyList<StreamRecord> records, Span<byte> into)
    {
        var at = 0;
        foreach (var record in records)
        {
            at += Count(into[at..], Encoding.UTF8.GetByteCount(record.Key));
            at += Encoding.UTF8.GetBytes(record.Key, into[at..]);
            at += Count(into[at..], record.Body.Length);
            record.Body.Span.CopyTo(into[at..]);
            at += record.Body.Length;
        }
        return at;
    }

    public static void Write(RecordBuffer into, HubPartition partition, long first, long at, int count, ReadOnlySpan<byte> records)
    {
        into.Begin(RecordType.Publish);
        into.Count(partition.Hub.Utf8Name.Length);
        into.Bytes(partition.Hub.Utf8Name);
        into.Byte((byte)partition.Number);
        into.Number(first);
        into.Number(at);
        into.Count(count);
        into.Bytes(records);
        into.End();
    }

    public static void WritePositions(RecordBuffer into, IReadOnlyCollection<Hub> hubs, int partitions)
    {
        into.Begin(RecordType.Positions);
        into.Count(partitions);
        into.Count(hubs.Count);
        foreach (var hub in hubs)
        {
            into.Text(hub.Name);
            foreach (var partition in hub.Partitions) into.Number(partition.Next);
        }
        into.End();
    }

    private static int Count(Span<byte> into, int value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7) into[at++] = (byte)(value | 0x80);
        into[at++] = (byte)value;
        return at;
    }
}
