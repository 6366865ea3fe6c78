namespace Personalization.Storage;

/// <summary>Append-only rows by (ledger, partition, sequence); sequences start at 0 and have no gaps.</summary>
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
}

public readonly record struct LedgerRow(long Sequence, ReadOnlyMemory<byte> Body)
{
    public const int MaxBytes = 60 * 1024;
}
