namespace Personalization.Storage.Embedded;

/// <summary>Takes away all rows of a ledger's partition.</summary>
internal sealed class ClearPending(LedgerIndex ledger, string partition) : Pending<long>
{
    private LedgerRows? doomed;

    protected override Outcome<long> Decide(RecordBuffer batch)
    {
        if (ledger.Staged(partition) is not { IsEmpty: false } rows) return Outcome.Ok(0L);
        doomed = rows;
        JournalRecords.Clear(batch, ledger.Name, partition);
        ledger.StageClear(partition);
        return Outcome.Ok((long)rows.Staged);
    }

    protected override void Apply()
    {
        if (doomed is not null) ledger.Clear(partition, doomed);
    }
}
