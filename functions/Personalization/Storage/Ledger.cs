namespace Personalization.Storage;

/// <summary>Append-only rows by (ledger, partition, sequence); sequences start at 0 and have no gaps. Rows go with their whole partition or not at all.</summary>
public interface ILedger
{
    /// <summary>
    /// Appends rows so that the first gets sequence <paramref name="at"/>. <see cref="Status.Conflict"/> when that place
    /// is taken by other bytes or would leave a gap. Repeating an append with the same bytes at the same place is Ok,
    /// so a caller that lost the answer can ask again. The value is the sequence after the last row.
    /// </summary>
    ValueTask<Outcome<long>> Append(
        Store ledger, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop);

    /// <summary>Rows from a sequence on, in order. An empty answer means the end.</summary>
    ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store ledger, string partition, long from, int max, CancellationToken stop);

    /// <summary>
    /// Takes away all rows of a partition, for whoever is to be erased; nothing else ever takes one. The value is how many
    /// those were, 0 where there was none. Stopped half way it leaves the first of them, and what is appended at the
    /// same moment may be left as well, so it is asked again. What is appended afterwards begins at 0.
    /// </summary>
    ValueTask<Outcome<long>> Delete(Store ledger, string partition, CancellationToken stop);
}

public readonly record struct LedgerRow(long Sequence, ReadOnlyMemory<byte> Body)
{
    public const int MaxBytes = 60 * 1024;
}
