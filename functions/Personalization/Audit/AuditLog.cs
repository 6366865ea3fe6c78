using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// Takes facts and keeps them for good. Those that come while a batch is on its way to the store go together in the next,
/// so one write is shared by all who wait.
/// </summary>
public sealed class AuditLog
{
    /// <summary>Where entries are kept.</summary>
    public static readonly IReadOnlyList<Store> Stores = [AuditTail.Store, AuditSegments.Store, AuditSegments.Summaries];

    private const int MaxBatchBytes = 512 * 1024;

    private readonly AuditKeys keys;
    private readonly TimeProvider time;
    private readonly Counter<long> appended;
    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private bool writing;

    public AuditLog(IDocuments documents, IBlobs blobs, AuditKeys keys, TimeProvider time, Meter meter)
    {
        (this.keys, this.time) = (keys, time);
        (Tail, Segments) = (new(documents), new(documents, blobs));
        End = new(Tail, Segments, time);
        Sealer = new(Tail, Segments, End);
        appended = meter.CreateCounter<long>("personalization.audit.entries", description: "Entries appended to the audit log");
        meter.CreateObservableGauge("personalization.audit.unsealed", () => End.Unsealed, description: "Full segments of the audit log that are not sealed yet");
    }

    internal AuditTail Tail { get; }

    internal AuditSegments Segments { get; }

    internal LogEnd End { get; }

    internal SegmentSealer Sealer { get; }

    /// <summary>Durable when it returns; the value is the entry's index. Whoever stops waiting may find it kept all the same.</summary>
    /// <exception cref="StoreUnavailableException">The entry cannot be kept, or it is not known whether it was.</exception>
    public async ValueTask<long> Append(AuditFact fact, CancellationToken stop)
    {
        var waiting = new Waiting(await Encode(fact, stop));
        lock (gate)
        {
            queue.Enqueue(waiting);
            if (!writing)
            {
                writing = true;
                _ = Task.Run(Write, CancellationToken.None);
            }
        }

        var index = await waiting.Done.Task.WaitAsync(stop);
        appended.Add(1, new KeyValuePair<string, object?>("type", fact.Type));
        return index;
    }

    private async ValueTask<byte[]> Encode(AuditFact fact, CancellationToken stop)
    {
        if (!AuditTypes.Declared(fact.Type)) throw new ArgumentException("The type of an audit fact must be declared in AuditTypes.", nameof(fact));
        if (fact is { Personal: not null, Subject: null }) throw new ArgumentException("A personal part needs a subject under whose key it is kept.", nameof(fact));
        var key = fact.Subject is { } subject ? await keys.Of(subject, stop) : null;
        var entry = new AuditEntry(time.GetUtcNow(), fact.Type, RandomNumberGenerator.GetBytes(AuditEntry.SaltBytes), key?.Tag ?? default, fact.Open, default);
        // Of somebody who was erased there is no key any more, and what happened is told without saying to whom.
        return EntryBytes.Write(entry, fact.Personal is { } personal && key is not null ? (key, personal) : null);
    }

    private async Task Write()
    {
        var batch = new List<Waiting>();
        while (Fill(batch))
        {
            try
            {
                var (at, count) = await End.Append([.. batch.Select(w => w.Frame)], CancellationToken.None);
                for (var i = 0; i < count; i++) batch[i].Done.SetResult(at + i);
                batch.RemoveRange(0, count);
                Sealer.Start();
            }
            catch (Exception e)
            {
                foreach (var w in batch) w.Done.SetException(e);
                batch.Clear();
            }
        }
    }

    /// <summary>False when there is nothing left to write; then the next fact begins anew.</summary>
    private bool Fill(List<Waiting> batch)
    {
        var bytes = batch.Sum(w => w.Frame.Entry.Length);
        lock (gate)
        {
            while (queue.Count > 0 && batch.Count < SegmentTile.Leaves && bytes < MaxBatchBytes)
            {
                batch.Add(queue.Dequeue());
                bytes += batch[^1].Frame.Entry.Length;
            }

            if (batch.Count > 0) return true;
            writing = false;
            return false;
        }
    }

    private sealed class Waiting(byte[] entry)
    {
        public Framed Frame { get; } = new(TreeHash.Leaf(entry), entry);

        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
