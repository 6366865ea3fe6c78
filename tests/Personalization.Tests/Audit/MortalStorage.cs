using System.Collections.Concurrent;
using Personalization.Storage;

namespace Personalization.Tests.Audit;

/// <summary>
/// Documents, blobs, ledgers and a stream as a process has them that dies at one of its calls: just before the call takes effect or just after.
/// From then on nothing answers.
/// </summary>
internal sealed class MortalStorage(IDocuments documents, IBlobs blobs, int diesAt, bool after, ILedger? ledger = null, IStream? stream = null) : IDocuments, IBlobs, ILedger, IStream
{
    private int calls;

    /// <summary>How many calls that can be died at were made.</summary>
    public int Calls => calls;

    /// <summary>Which of them change something. Whoever dies between two of these leaves the same, whatever else they asked.</summary>
    public ConcurrentQueue<int> Writes { get; } = [];

    public bool Dead => Volatile.Read(ref calls) > diesAt;

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => Live(() => documents.Get(store, partition, id, stop));

    public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
        Live(() => documents.Put(store, partition, id, body, when, expiry, stop), writes: true);

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => Live(() => documents.Delete(store, partition, id, when, stop), writes: true);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => Live(() => documents.List(store, partition, next, max, stop));

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => Live(() => documents.Scan(store, next, max, stop));

    public ValueTask<Outcome<BlobInfo>> Put(Store folder, string name, ReadOnlyMemory<byte> body, CancellationToken stop) => Live(() => blobs.Put(folder, name, body, stop), writes: true);

    public ValueTask<Outcome<ReadOnlyMemory<byte>>> Get(Store folder, string name, CancellationToken stop) => Live(() => blobs.Get(folder, name, stop));

    public ValueTask<Outcome<BlobInfo>> Head(Store folder, string name, CancellationToken stop) => Live(() => blobs.Head(folder, name, stop));

    public ValueTask<Outcome<bool>> Delete(Store folder, string name, CancellationToken stop) => Live(() => blobs.Delete(folder, name, stop), writes: true);

    ValueTask<Outcome<Page<BlobInfo>>> IBlobs.List(Store folder, string prefix, string? next, int max, CancellationToken stop) => Live(() => blobs.List(folder, prefix, next, max, stop));

    public ValueTask<Outcome<long>> Append(Store store, string partition, long at, IReadOnlyList<ReadOnlyMemory<byte>> rows, CancellationToken stop) => Live(() => ledger!.Append(store, partition, at, rows, stop), writes: true);

    public ValueTask<Outcome<IReadOnlyList<LedgerRow>>> Read(Store store, string partition, long from, int max, CancellationToken stop) => Live(() => ledger!.Read(store, partition, from, max, stop));

    ValueTask<Outcome<long>> ILedger.Delete(Store store, string partition, CancellationToken stop) => Live(() => ledger!.Delete(store, partition, stop), writes: true);

    /// <summary>Null where the process has another.</summary>
    public IStream? Stream => stream is null ? null : this;

    public int Partitions => stream!.Partitions;

    public ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop) => Live(() => stream!.Publish(hub, partition, records, stop), writes: true);

    private async ValueTask<Outcome<T>> Live<T>(Func<ValueTask<Outcome<T>>> call, bool writes = false)
    {
        var number = Interlocked.Increment(ref calls) - 1;
        if (writes) Writes.Enqueue(number);
        if (number > diesAt || (number == diesAt && !after)) return Outcome.Failed<T>(Status.Unavailable);
        var answer = await call();
        return number == diesAt ? Outcome.Failed<T>(Status.Unavailable) : answer;
    }
}
