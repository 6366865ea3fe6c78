namespace Personalization.Storage.Embedded;

internal sealed class AppendPending(LedgerIndex ledger, string partition, long at, byte[][] rows) : Pending<long>
{
    private LedgerRows? target;

    protected override Outcome<long> Decide(RecordBuffer batch)
    {
        target = ledger.Staged(partition) ?? (at == 0 ? ledger.GetOrAdd(partition) : null);
        if (target?.Known(at, rows) is not { } known) return Outcome.Failed<long>(Status.Conflict);
        if (known < rows.Length) Write(batch, known);
        return Outcome.Ok(at + rows.Length);
    }

    protected override void Apply()
    {
        ledger.Account(rows.Sum(r => (long)r.Length));
        target!.Show(at + rows.Length);
    }

    protected override void Abandon() => target!.Abandon();

    private void Write(RecordBuffer batch, int known)
    {
        JournalRecords.Append(batch, ledger.Name, partition, at + known, rows[known..]);
        foreach (var row in rows[known..]) target!.Stage(row);
    }
}
