using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Rewrites every file of a log that holds a record of one of the subjects, without it. Sequences stay as they are.</summary>
internal sealed class StreamErasure(StreamLog stream, IFiles files, RecordKeys keys)
{
    /// <summary>False when the disk refused; what has been rewritten stays so, and repeating finishes the rest.</summary>
    public async Task<bool> Run()
    {
        var roll = new RollPending(stream.Log);
        stream.Commit.Add(roll);
        if (await roll.Task is not { Ok: true, Value: var active }) return false;
        await stream.Housekeeping.WaitAsync();
        try
        {
            foreach (var segment in stream.Segments.Where(s => s.Number < active && Holds(s))) Rewrite(segment);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            stream.Housekeeping.Release();
        }
    }

    private bool Holds(StreamSegment segment)
    {
        using var reader = new RecordReader(segment.File, LogHeader.Bytes, segment.End);
        while (Next(segment, reader, out var payload))
            if ((RecordType)payload[0] == RecordType.Publish && Holds(new PublishedBatch(payload))) return true;
        return false;
    }

    private bool Holds(PublishedBatch batch)
    {
        var cursor = batch.Records;
        for (var i = 0; i < batch.Count; i++)
        {
            if (keys.Contain(cursor.Utf8())) return true;
            _ = cursor.Utf8();
        }
        return false;
    }

    private void Rewrite(StreamSegment segment)
    {
        var unfinished = segment.Name + LogNames.Unfinished;
        StreamSegment rewritten;
        using (var file = files.Create(unfinished))
        {
            rewritten = new(stream.Kind, segment.Number, files.Open(unfinished), segment.BeganAt);
            Copy(segment, rewritten, file);
            file.Sync();
        }
        files.Rename(unfinished, segment.Name);
        files.SyncNames("");
        stream.Replace(segment, rewritten);
    }

    private void Copy(StreamSegment from, StreamSegment to, IFile file)
    {
        var buffer = new RecordBuffer();
        buffer.Reset(LogHeader.Bytes);
        LogHeader.New(from.Number).Write(buffer.Front(LogHeader.Bytes));
        using var reader = new RecordReader(from.File, LogHeader.Bytes, from.End);
        while (Next(from, reader, out var payload))
        {
            if ((RecordType)payload[0] == RecordType.Mark) continue;
            if ((RecordType)payload[0] == RecordType.Publish) Copy(new PublishedBatch(payload), payload, to, buffer);
            else CopyAsIs(payload, buffer);
            if (buffer.Length > 1024 * 1024) Flush(file, to, buffer);
        }
        Flush(file, to, buffer);
    }

    private void Copy(PublishedBatch batch, ReadOnlySpan<byte> payload, StreamSegment to, RecordBuffer buffer)
    {
        var partition = stream.HubNamed(Encoding.UTF8.GetString(batch.Hub)).Partitions[batch.Partition];
        to.Add(partition, batch.First, batch.Count, to.End + buffer.Length, batch.At);
        if (Holds(batch)) StreamRecords.Write(buffer, partition, batch.First, batch.At, batch.Count, Without(batch));
        else CopyAsIs(payload, buffer);
    }

    private byte[] Without(PublishedBatch batch)
    {
        var kept = new RecordBuffer();
        var cursor = batch.Records;
        for (var i = 0; i < batch.Count; i++)
        {
            var name = cursor.Utf8();
            var body = cursor.Utf8();
            var erased = keys.Contain(name);
            kept.Count(erased ? 0 : name.Length);
            kept.Bytes(erased ? default : name);
            kept.Count(erased ? 0 : body.Length);
            kept.Bytes(erased ? default : body);
        }
        return kept.Written.ToArray();
    }

    private static void CopyAsIs(ReadOnlySpan<byte> payload, RecordBuffer buffer)
    {
        buffer.Begin((RecordType)payload[0]);
        buffer.Bytes(payload[1..]);
        buffer.End();
    }

    private static void Flush(IFile file, StreamSegment to, RecordBuffer buffer)
    {
        file.Write(buffer.Written, to.End);
        to.End += buffer.Length;
        buffer.Reset();
    }

    private static bool Next(StreamSegment segment, RecordReader reader, out ReadOnlySpan<byte> payload)
    {
        var state = reader.Read(out payload);
        if (state == ReadState.Damaged) throw new StorageDamagedException(segment.Name, reader.At, "the record fails its checksum");
        return state == ReadState.Record;
    }
}
