namespace Personalization.Storage.Embedded;

/// <summary>Counts the records of some keys in all files of a hub, wherever in them they are.</summary>
internal sealed class StreamCensus(StreamLog stream, Hub hub, RecordKeys keys)
{
    public long Run()
    {
        while (true)
        {
            var segments = stream.Segments;
            try
            {
                return segments.Sum(In);
            }
            catch (ObjectDisposedException) when (segments != stream.Segments)
            {
                // Retention or an erasure replaced the file meanwhile; the new set of files has what is left.
            }
        }
    }

    private long In(StreamSegment segment)
    {
        using var reader = new RecordReader(segment.File, LogHeader.Bytes, segment.End);
        for (var count = 0L; ;)
        {
            var state = reader.Read(out var payload);
            if (state == ReadState.Damaged) throw new StorageDamagedException(segment.Name, reader.At, "the record fails its checksum");
            if (state != ReadState.Record) return count;
            if ((RecordType)payload[0] == RecordType.Publish) count += In(new PublishedBatch(payload));
        }
    }

    private long In(PublishedBatch batch)
    {
        if (!batch.Hub.SequenceEqual(hub.Utf8Name)) return 0;
        var cursor = batch.Records;
        var count = 0L;
        for (var i = 0; i < batch.Count; i++)
        {
            if (keys.Contain(cursor.Utf8())) count++;
            _ = cursor.Utf8();
        }

        return count;
    }
}
