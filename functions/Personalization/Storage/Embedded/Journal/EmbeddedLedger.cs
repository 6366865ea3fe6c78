namespace Personalization.Storage.Embedded;

internal sealed class EmbeddedLedger(Journal journal) : ILedger
{
    public ValueTask<Outcome<long>> Append(
        Store ledger, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop)
    {
        var index = journal.State.Ledger(ledger);
        Keys.Require(partition, nameof(partition));
        if (rows.Any(r => r.Length > LedgerRow.MaxBytes) || rows.Sum(r => (long)r.Length) > RecordBuffer.MaxPayload / 2)
            return new(Outcome.Failed<long>(Status.TooLarge));
        return journal.Commit.Answer(new AppendPending(index, partition, at, [.. rows.Select(r => r.ToArray())]), stop);
    }

    public ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store ledger, string partition, long from, int max, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var rows = journal.State.Ledger(ledger).Find(partition);
        var count = rows is null ? 0 : (int)Math.Clamp(rows.Count - from, 0, max);
        var read = new LedgerRow[count];
        for (var i = 0; i < count; i++) read[i] = new(from + i, rows![(int)from + i]);
        return new(Outcome.Ok<IReadOnlyList<LedgerRow>>(read));
    }

    public ValueTask<Outcome<long>> Delete(Store ledger, string partition, CancellationToken stop)
    {
        var index = journal.State.Ledger(ledger);
        Keys.Require(partition, nameof(partition));
        return journal.Commit.Answer(new ClearPending(index, partition), stop);
    }
}
