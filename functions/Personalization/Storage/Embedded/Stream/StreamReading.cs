using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Reads one partition from a sequence on, over as many files as it takes.</summary>
/// <param name="partition">Which.</param>
/// <param name="from">The first sequence.</param>
/// <param name="max">Most records.</param>
/// <param name="now">By which records have expired.</param>
/// <param name="wanted">The key of the records that are told; null tells all. Those of others are walked over and count for the size of the page.</param>
/// <param name="until">The first batch that is newer ends the reading.</param>
internal sealed class StreamReading(HubPartition partition, long from, int max, long now, byte[]? wanted, long until)
{
    private const int MostRoom = 1024;
    private const int PageBytes = 8 * 1024 * 1024;
    private const int SmallestChunk = 4 * 1024, LargestChunk = 256 * 1024;

    private readonly List<DeliveredRecord> records = wanted is not null ? [] : new((int)Math.Clamp(Math.Min(max, partition.Next - Math.Max(from, partition.First)), 0, MostRoom));
    private readonly long end = partition.Next;
    private long next = Math.Max(from, partition.First);
    private int bytes;

    public StreamPage Run(StreamSegment[] segments)
    {
        var last = partition.LastRead;
        var skip = last is not null && last.Sequence == next ? Math.Max(0, Array.IndexOf(segments, last.Segment)) : 0;
        for (var i = skip; i < segments.Length && !Full; i++) Read(segments[i], last);
        return new(records, Math.Max(next, from));
    }

    private bool Full => next >= end || records.Count >= max || bytes >= PageBytes;

    private void Read(StreamSegment segment, ReadPlace? last)
    {
        if (segment.Find(partition, next) is not { } start) return;
        if (last is not null && last.Sequence == next && last.Segment == segment) start = last.Offset;
        var upTo = segment.End;
        using var reader = new RecordReader(segment.File, start, upTo, (int)Math.Clamp(upTo - start, SmallestChunk, LargestChunk));
        var whole = true;
        while (!Full)
        {
            var state = reader.Read(out var payload);
            if (state == ReadState.End) break;
            if (state == ReadState.Damaged) throw new StorageDamagedException(segment.Name, reader.At, "the record fails its checksum");
            if ((RecordType)payload[0] == RecordType.Publish) whole = Take(new PublishedBatch(payload));
        }
        partition.LastRead = new(next, segment, whole ? reader.Next : reader.At);
    }

    /// <summary>False when the page was full before the batch was through.</summary>
    private bool Take(PublishedBatch batch)
    {
        if (!batch.IsOf(partition) || batch.Next <= next) return true;
        if (batch.At > until || partition.Hub.ExpiredAt(batch.At, now))
        {
            next = batch.At > until ? end : batch.Next;
            return true;
        }

        var cursor = batch.Records;
        for (var sequence = batch.First; sequence < batch.Next && !Full; sequence++)
        {
            var key = cursor.Utf8();
            var body = cursor.Utf8();
            if (sequence < next) continue;
            next = sequence + 1;
            bytes += body.Length;
            if (wanted is null ? !key.IsEmpty : key.SequenceEqual(wanted)) Add(sequence, batch.At, key, body);
        }
        return next == batch.Next;
    }

    private void Add(long sequence, long at, ReadOnlySpan<byte> key, ReadOnlySpan<byte> body) =>
        records.Add(new(sequence, DateTimeOffset.FromUnixTimeMilliseconds(at), Encoding.UTF8.GetString(key), body.ToArray()));
}
