namespace Personalization.Storage.Embedded;

/// <summary>
/// Writes what is alive into one file. Readers and writers go on meanwhile: what they change is in the journal file of the
/// same number, which is replayed after the snapshot.
/// </summary>
internal sealed class SnapshotWriter(IFile file, JournalState state, long now, CancellationToken stop)
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Syncing as it goes keeps the last sync, and with it everybody else's, short.</summary>
    private const long SyncBytes = 16 * ChunkBytes;

    private readonly RecordBuffer buffer = new();
    private readonly List<Entry> entries = [];
    private long written, synced, records;

    public static void Write(IFiles files, long number, JournalState state, long now, CancellationToken stop)
    {
        var name = LogNames.Of(LogNames.Snapshot, number);
        using (var file = files.Create(name + LogNames.Unfinished)) new SnapshotWriter(file, state, now, stop).Write(number);
        files.Rename(name + LogNames.Unfinished, name);
        files.SyncNames("");
    }

    private void Write(long number)
    {
        buffer.Reset(LogHeader.Bytes);
        LogHeader.New(number).Write(buffer.Front(LogHeader.Bytes));
        Begin();
        foreach (var store in state.Documents) WriteDocuments(store);
        foreach (var ledger in state.Ledgers) WriteRows(ledger);
        End();
        Flush();
        file.Sync();
    }

    private void Begin()
    {
        buffer.Begin(RecordType.SnapshotBegin);
        buffer.Number(state.Version);
        buffer.Number(now);
        buffer.Count(state.Documents.Count);
        foreach (var store in state.Documents)
        {
            buffer.Text(store.Name);
            buffer.Number((long)store.Count);
        }
        buffer.End();
    }

    private void End()
    {
        buffer.Begin(RecordType.SnapshotEnd);
        buffer.Number(records);
        buffer.End();
    }

    private void WriteDocuments(DocumentIndex store)
    {
        for (var slot = 0; slot < store.Slots; slot++)
        {
            if (store.At(slot) is not { } partition) continue;
            entries.Clear();
            partition.CopyAll(entries);
            foreach (var entry in entries)
            {
                if (!entry.LivesAt(now)) continue;
                JournalRecords.Put(buffer, store.Name, partition.Key, entry);
                Wrote();
            }
        }
    }

    private void WriteRows(LedgerIndex ledger)
    {
        foreach (var (partition, rows) in ledger.Partitions)
        {
            var count = rows.Count;
            for (var at = 0; at < count;)
            {
                var some = Some(rows, at, count);
                JournalRecords.Append(buffer, ledger.Name, partition, at, some);
                Wrote();
                at += some.Count;
            }
        }
    }

    private static List<byte[]> Some(LedgerRows rows, int at, int count)
    {
        var some = new List<byte[]>();
        for (var bytes = 0; at < count && bytes < ChunkBytes; at++)
        {
            some.Add(rows[at]);
            bytes += rows[at].Length;
        }
        return some;
    }

    private void Wrote()
    {
        records++;
        if (buffer.Length >= ChunkBytes) Flush();
    }

    private void Flush()
    {
        stop.ThrowIfCancellationRequested();
        file.Write(buffer.Written, written);
        written += buffer.Length;
        buffer.Reset();
        if (written - synced < SyncBytes) return;
        file.Sync();
        synced = written;
    }
}
