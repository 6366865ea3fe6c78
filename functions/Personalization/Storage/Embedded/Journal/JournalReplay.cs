using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>
/// Applies records to the state at start. A snapshot is taken while writes go on, so the journal behind it repeats some of
/// what the snapshot holds: every record can be applied twice.
/// </summary>
internal sealed class JournalReplay(JournalState state, long now)
{
    private readonly HashSet<(string Ledger, string Partition)> gaps = [];
    private byte[] lastId = [];
    private string lastIdText = "";

    /// <summary>
    /// Whether rows are missing. A snapshot that was taken after a partition was cleared lacks the rows before, and the
    /// journal behind it may go on with them until it comes to the clearing; but no further.
    /// </summary>
    public bool LacksRows => gaps.Count > 0;

    public void Apply(ReadOnlySpan<byte> payload)
    {
        var record = new RecordCursor(payload);
        switch (record.Type())
        {
            case RecordType.Put: Put(record); break;
            case RecordType.Delete: Delete(record); break;
            case RecordType.Append: Append(record); break;
            case RecordType.Clear: Clear(record); break;
            default: throw new InvalidDataException("Unknown record type.");
        }
    }

    private void Put(RecordCursor record)
    {
        var store = state.DocumentsNamed(record.Utf8());
        var partition = record.Text();
        var id = Id(record.Utf8());
        var (version, expiresAt) = (record.UnsignedNumber(), record.Number());
        state.Reached(version);
        store.MakeRoom();
        if (now < expiresAt) store.Put(partition, new Entry(id, record.Left.ToArray(), version, expiresAt));
        else store.Remove(partition, id);
    }

    private void Delete(RecordCursor record)
    {
        var store = state.DocumentsNamed(record.Utf8());
        store.Remove(record.Text(), record.Text());
        state.Reached(record.UnsignedNumber());
    }

    private void Append(RecordCursor record)
    {
        var (ledger, partition) = (state.LedgerNamed(record.Text()), record.Text());
        var rows = ledger.GetOrAdd(partition);
        var at = record.Number();
        if (at > rows.Count) gaps.Add((ledger.Name, partition));
        var count = record.Count();
        for (var i = 0; i < count; i++)
        {
            var row = record.Utf8();
            if (at + i == rows.Count) Show(ledger, rows, row);
        }
    }

    private void Clear(RecordCursor record)
    {
        var (ledger, partition) = (state.LedgerNamed(record.Text()), record.Text());
        if (ledger.Find(partition) is { } rows) ledger.Clear(partition, rows);
        gaps.Remove((ledger.Name, partition));
    }

    private static void Show(LedgerIndex ledger, LedgerRows rows, ReadOnlySpan<byte> row)
    {
        ledger.Account(row.Length);
        rows.Stage(row.ToArray());
        rows.Show(rows.Count + 1);
    }

    /// <summary>Neighbours often share their id, because one kind of document is one id in every partition.</summary>
    private string Id(ReadOnlySpan<byte> id)
    {
        if (id.SequenceEqual(lastId)) return lastIdText;
        lastId = id.ToArray();
        return lastIdText = Encoding.UTF8.GetString(id);
    }
}
