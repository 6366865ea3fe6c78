namespace Personalization.Storage.Embedded;

/// <summary>Counts the records of some keys in all files of a hub, wherever in them they are.</summary>
internal sealed class StreamCensus(StreamLog stream, Hub hub, RecordKeys keys)
{
    /// <returns>How many, by the places of the keys.</returns>
    public long[] Run()
    {
        while (true)
        {
            var segments = stream.Segments;
            try
            {
                var counts = new long[keys.Count];
                foreach (var segment in segments) Add(segment, counts);
                return counts;
            }
            catch (ObjectDisposedException) when (segments != stream.Segments)
            {
                // Retention or an erasure replaced the file meanwhile; the new set of files has what is left.
            }
        }
    }

    private void Add(StreamSegment segment, long[] counts)
    {
        using var reader = new RecordReader(segment.File, LogHeader.Bytes, segment.End);
        while (true)
        {
            var state = reader.Read(out var payload);
            if (state == ReadState.Damaged) throw new StorageDamagedException(segment.Name, reader.At, "the record fails its checksum");
            if (state != ReadState.Record) return;
            if ((RecordType)payload[0] == RecordType.Publish) Add(new PublishedBatch(payload), counts);
        }
    }

    private void Add(PublishedBatch batch, long[] counts)
    {
        if (!batch.Hub.SequenceEqual(hub.Utf8Name)) return;
        var cursor = batch.Records;
        for (var i = 0; i < batch.Count; i++)
        {
            if (keys.Place(cursor.Utf8()) is >= 0 and var place) counts[place]++;
            _ = cursor.Utf8();
        }
    }
}
