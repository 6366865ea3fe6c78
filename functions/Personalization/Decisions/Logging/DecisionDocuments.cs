using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Decisions.Logging;

/// <summary>The decision log as one document for each decision, beside the others of its person.</summary>
public sealed class DecisionDocuments(IDocuments documents) : IDecisionLog
{
    public static readonly Store Store = new(
        "decisions", StoreKind.Documents, "decisions", "Keeps what was decided for somebody and by what, so that it can be explained, checked and handed out",
        Sensitivity.Pseudonymous, LoggedDecision.Kept, "the subject", SubjectKey.Partition);

    private const int AtOnce = 32;
    private const int PageSize = 200;

    public async ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop)
    {
        if (batch.Any(d => d.Body.Length > LoggedDecision.MaxBytes)) return Outcome.Failed<bool>(Status.TooLarge);
        var refused = new ConcurrentQueue<Outcome<bool>>();
        await Parallel.ForEachAsync(batch, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (decision, cut) =>
        {
            // The rest would be refused as well, and is written again with these.
            if (!refused.IsEmpty) return;
            var put = await Put(decision, cut);
            if (!put.Ok) refused.Enqueue(new(put.Status, false, put.RetryAfter));
        });
        return refused.TryDequeue(out var first) ? first : Outcome.Ok(true);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> Find(Subject subject, DecisionId id, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), Name(id), stop);
        if (found.Status == Status.NotFound) return null;
        // Not by a conditional expression, whose null would become an empty body.
        if (LoggedDecision.TryRead(subject, found.Required(Store).Body, out var decision) && decision.Id == id) return decision.Body;
        return null;
    }

    public async IAsyncEnumerable<LoggedDecision> Of(Subject subject, [EnumeratorCancellation] CancellationToken stop)
    {
        string? next = null;
        do
        {
            var page = (await documents.List(Store, subject.ToString(), next, PageSize, stop)).Required(Store);
            foreach (var document in page.Items)
                if (LoggedDecision.TryRead(subject, document.Body, out var decision)) yield return decision;
            next = page.Next;
        }
        while (next is not null);
    }

    public async IAsyncEnumerable<LoggedDecision> Since(DateTimeOffset from, [EnumeratorCancellation] CancellationToken stop)
    {
        string? next = null;
        do
        {
            var page = (await documents.Scan(Store, next, PageSize, stop)).Required(Store);
            foreach (var document in page.Items)
                if (SubjectText.TryParse(document.Partition, out var subject) && LoggedDecision.TryRead(subject, document.Body, out var decision) && decision.Id.At >= from) yield return decision;
            next = page.Next;
        }
        while (next is not null);
    }

    private ValueTask<Outcome<Etag>> Put(LoggedDecision decision, CancellationToken stop)
    {
        // Bytes of its own, because the store may keep them.
        var entry = new byte[decision.Bytes];
        decision.Write(entry);
        return documents.Put(Store, decision.Subject.ToString(), Name(decision.Id), entry, Condition.None, null, stop);
    }

    private static string Name(DecisionId id) => id.Nonce.ToString("x16", CultureInfo.InvariantCulture);
}
