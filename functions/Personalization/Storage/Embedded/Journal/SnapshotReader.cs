namespace Personalization.Storage.Embedded;

/// <summary>Reads a snapshot at start. It was complete before it got its name, so anything unreadable in it is damage.</summary>
internal static class SnapshotReader
{
    /// <summary>Returns when it was taken, in Unix milliseconds.</summary>
    public static long Read(IFiles files, long number, JournalState state, JournalReplay replay)
    {
        var name = LogNames.Of(LogNames.Snapshot, number);
        using var file = files.Open(name);
        if (LogHeader.Read(file)?.Number != number) throw Damaged(name, 0);
        using var reader = new RecordReader(file, LogHeader.Bytes, file.Length);
        long records = 0, taken = 0;
        while (reader.Read(out var payload) == ReadState.Record)
        {
            switch ((RecordType)payload[0])
            {
                case RecordType.SnapshotBegin:
                    taken = Begin(payload, state);
                    break;
                case RecordType.SnapshotEnd when new RecordCursor(payload[1..]).Number() == records && reader.Next == file.Length:
                    return taken;
                default:
                    Apply(name, reader.At, payload, replay);
                    records++;
                    break;
            }
        }
        throw Damaged(name, reader.At);
    }

    private static long Begin(ReadOnlySpan<byte> payload, JournalState state)
    {
        var record = new RecordCursor(payload[1..]);
        state.Reached(record.UnsignedNumber());
        var taken = record.Number();
        for (var stores = record.Count(); stores > 0; stores--)
            state.DocumentsNamed(record.Utf8()).Presize((int)record.Number());
        return taken;
    }

    private static void Apply(string name, long at, ReadOnlySpan<byte> payload, JournalReplay replay)
    {
        try
        {
            replay.Apply(payload);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException)
        {
            throw Damaged(name, at, fault);
        }
    }

    private static StorageStartException Damaged(string name, long at, Exception? cause = null) => new(name, at,
        "the snapshot is damaged; the journal before it is gone, so restore the file, or the whole directory, from a backup", cause);
}
