using Personalization.Storage;

namespace Personalization.Tests.Consent;

/// <summary>Everybody who reads is made to wait a turn before appending, so that many find the same end.</summary>
internal sealed class ContendedLedger(ILedger inner) : ILedger
{
    private int appends;

    public bool Always { get; init; }

    public bool Down { get; init; }

    public int Appends => appends;

    public async ValueTask<Outcome<long>> Append(Store ledger, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop)
    {
        Interlocked.Increment(ref appends);
        await Task.Yield();
        if (Down) return Outcome.Failed<long>(Status.Unavailable);
        return Always ? Outcome.Failed<long>(Status.Conflict) : await inner.Append(ledger, partition, at, rows, stop);
    }

    public ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store ledger, string partition, long from, int max, CancellationToken stop) => inner.Read(ledger, partition, from, max, stop);

    public ValueTask<Outcome<long>> Delete(Store ledger, string partition, CancellationToken stop) => inner.Delete(ledger, partition, stop);
}
