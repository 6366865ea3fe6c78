using System.Runtime.CompilerServices;

namespace Personalization.Decisions.Logging;

/// <summary>
/// The newest of what a log keeps. A log tells in no order, so it is read twice: first only for the names of the newest, which
/// are few bytes, and then for those decisions, one at a time.
/// </summary>
public static class NewestDecisions
{
    // Of one moment the higher name is newer, so that whoever asks again is told the same.
    private static readonly Comparer<DecisionId> ByTime = Comparer<DecisionId>.Create((a, b) => a.Nonce != b.Nonce ? a.Nonce.CompareTo(b.Nonce) : a.Sealed.CompareTo(b.Sealed));

    /// <summary>The newest decisions made at a time or later, each once, in no order.</summary>
    /// <param name="log">Where they are.</param>
    /// <param name="from">The time.</param>
    /// <param name="most">How many at most; so many names are held in memory.</param>
    /// <param name="meant">Which are meant, by their bodies; asked of every decision, so it should look no further than it has to.</param>
    /// <param name="stop">Gives up.</param>
    public static async IAsyncEnumerable<LoggedDecision> Newest(this IDecisionLog log, DateTimeOffset from, int most, Func<ReadOnlySpan<byte>, bool> meant, [EnumeratorCancellation] CancellationToken stop)
    {
        var newest = new SortedSet<DecisionId>(ByTime);
        await foreach (var decision in log.Since(from, stop))
            if (meant(decision.Body.Span) && newest.Add(decision.Id) && newest.Count > most) newest.Remove(newest.Min);
        if (newest.Count == 0) yield break;
        await foreach (var decision in log.Since(newest.Min.At, stop))
        {
            // One whose append was repeated is there twice.
            if (newest.Remove(decision.Id)) yield return decision;
            if (newest.Count == 0) yield break;
        }
    }
}
