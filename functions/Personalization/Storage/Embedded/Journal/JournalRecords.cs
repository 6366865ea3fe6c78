namespace Personalization.Storage.Embedded;

/// <summary>How the journal's records are written; <see cref="JournalReplay"/> reads them.</summary>
internal static class JournalRecords
{
    public static void Put(RecordBuffer into, string store, string partition, Entry entry)
    {
        into.Begin(RecordType.Put);
        into.Text(store);
        into.Text(partition);
        into.Text(entry.Id);
        into.Number(entry.Version);
        into.Number(entry.ExpiresAt);
        into.Bytes(entry.Body);
        into.End();
    }

    public static void Delete(RecordBuffer into, string store, string partition, string id, ulong version)
    {
        into.Begin(RecordType.Delete);
        into.Text(store);
        into.Text(partition);
        into.Text(id);
        into.Number(version);
        into.End();
    }

    public static void Append(RecordBuffer into, string ledger, string partition, long at, IReadOnlyList<byte[]> rows)
    {
        into.Begin(RecordType.Append);
        into.Text(ledger);
        into.Text(partition);
        into.Number(at);
        into.Count(rows.Count);
        foreach (var row in rows)
        {
            into.Count(row.Length);
            into.Bytes(row);
        }
        into.End();
    }

    public static void Clear(RecordBuffer into, string ledger, string partition)
    {
        into.Begin(RecordType.Clear);
        into.Text(ledger);
        into.Text(partition);
        into.End();
    }
}
