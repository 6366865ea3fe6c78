using System.Buffers;
using System.Runtime.CompilerServices;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Decisions.Logging;

/// <summary>
/// The decision log as a hub of the embedded stream, because documents would be held in memory. A decision is looked for from
/// its own time on: it lies behind by as long as it waited to be written.
/// </summary>
public sealed class DecisionRecords(EmbeddedStream stream) : IDecisionLog
{
    public static readonly Store Store = new(
        "decisionlog", StoreKind.Stream, "decisions", "Keeps what was decided for somebody and by what, where no database does",
        Sensitivity.Pseudonymous, LoggedDecision.Kept, "the partition of the subject", SubjectKey.RecordKey) { IsRecord = true };

    /// <summary>How far the clock may have been set back between naming a decision and writing it.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private const int PageSize = 500;

    public async ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop)
    {
        if (batch.Any(d => d.Body.Length > LoggedDecision.MaxBytes)) return Outcome.Failed<bool>(Status.TooLarge);
        var rented = ArrayPool<byte>.Shared.Rent(batch.Sum(d => d.Bytes));
        var publishing = new List<Task<Outcome<bool>>>(stream.Partitions);
        try
        {
            foreach (var (partition, records) in Split(batch, rented)) publishing.Add(stream.Publish(Store, partition, records, stop).AsTask());
        }
        finally
        {
            // Publishing has copied what it was given before it waits.
            ArrayPool<byte>.Shared.Return(rented);
        }

        var outcomes = await Task.WhenAll(publishing);
        foreach (var outcome in outcomes)
            if (!outcome.Ok) return outcome;
        return Outcome.Ok(true);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> Find(Subject subject, DecisionId id, CancellationToken stop)
    {
        await foreach (var decision in Records(subject, id.At, id.At + LoggedDecision.Latest + Skew, stop))
            if (decision.Id == id) return decision.Body;
        await foreach (var decision in Records(subject, id.At - Skew, id.At, stop))
            if (decision.Id == id) return decision.Body;
        return null;
    }

    public async IAsyncEnumerable<LoggedDecision> Of(Subject subject, [EnumeratorCancellation] CancellationToken stop)
    {
        var (seen, all) = (new HashSet<DecisionId>(), new List<LoggedDecision>());
        await foreach (var decision in Records(subject, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, stop))
            if (seen.Add(decision.Id)) all.Add(decision);
        // Processors that decide at once come to the log in any order.
        foreach (var decision in all.OrderBy(d => d.Id.Nonce)) yield return decision;
    }

    public async IAsyncEnumerable<LoggedDecision> Since(DateTimeOffset from, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var partition = 0; partition < stream.Partitions; partition++)
        {
            for (var (next, end) = (stream.At(Store, partition, Before(from)), stream.Bounds(Store, partition).Next); next < end;)
            {
                await Breath(stop);
                var page = stream.Read(Store, partition, next, PageSize);
                foreach (var record in page.Records)
                    if (SubjectText.TryParse(record.Key, out var subject) && LoggedDecision.TryRead(subject, record.Body, out var decision) && decision.Id.At >= from) yield return decision;
                next = page.Next;
            }
        }
    }

    private async IAsyncEnumerable<LoggedDecision> Records(Subject subject, DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken stop)
    {
        var (partition, key) = (subject.Partition(stream.Partitions), subject.ToString());
        for (var (next, end) = (stream.At(Store, partition, from), stream.Bounds(Store, partition).Next); next < end;)
        {
            await Breath(stop);
            var page = stream.Read(Store, partition, next, PageSize, key, until);
            foreach (var record in page.Records)
                if (LoggedDecision.TryRead(subject, record.Body, out var decision)) yield return decision;
            next = page.Next;
        }
    }

    private Dictionary<int, List<StreamRecord>> Split(IReadOnlyList<LoggedDecision> batch, byte[] into)
    {
        var (parts, at) = (new Dictionary<int, List<StreamRecord>>(), 0);
        foreach (var decision in batch)
        {
            var partition = decision.Subject.Partition(stream.Partitions);
            if (!parts.TryGetValue(partition, out var records)) parts[partition] = records = [];
            var length = decision.Write(into.AsSpan(at));
            records.Add(new(decision.Subject.ToString(), into.AsMemory(at, length)));
            at += length;
        }

        return parts;
    }

    private static DateTimeOffset Before(DateTimeOffset from) => from - DateTimeOffset.MinValue > Skew ? from - Skew : DateTimeOffset.MinValue;

    // Files are read on the caller's thread; a long reading gives it back between pages and can be stopped there.
    private static async ValueTask Breath(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await Task.Yield();
    }
}
