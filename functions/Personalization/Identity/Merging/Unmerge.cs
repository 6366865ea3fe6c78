using Personalization.Identity.Graph;

namespace Personalization.Identity.Merging;

public abstract record UnmergeDecision
{
    private UnmergeDecision() { }

    /// <param name="Event">To be stored in the logs of both sides of the merge; nothing else is written.</param>
    /// <param name="Between">The two it had joined, in whose logs the event belongs.</param>
    /// <param name="Parts">Who is who afterwards; one part where other merges hold them together.</param>
    public sealed record Ready(Unmerged Event, (Subject From, Subject Into) Between, IReadOnlyList<Cluster> Parts) : UnmergeDecision;

    public sealed record AlreadyUndone : UnmergeDecision;

    public sealed record NoSuchMerge : UnmergeDecision;
}

/// <summary>
/// Decides what undoing a merge leaves. Nothing has to be restored: each side's documents are and always were its own, and
/// what came meanwhile is with the subject of the alias it came under.
/// </summary>
public static class Unmerge
{
    public static UnmergeDecision Decide(IdentityGraph graph, string merge, string reason, DateTimeOffset now)
    {
        var events = graph.Steps.Select(s => s.Event).ToList();
        if (events.OfType<Merged>().FirstOrDefault(m => m.Merge == merge) is not { } found) return new UnmergeDecision.NoSuchMerge();
        if (events.OfType<Unmerged>().Any(u => u.Merge == merge)) return new UnmergeDecision.AlreadyUndone();
        // A clock that is behind must not put the undoing before what it undoes.
        var undone = new Unmerged(now > found.At ? now : found.At.AddTicks(1), merge, reason);
        var after = IdentityGraph.Of([.. events, undone], graph.Rules);
        var members = graph.ClusterOf(found.From).Members.Concat(graph.ClusterOf(found.Into).Members);
        return new UnmergeDecision.Ready(undone, (found.From, found.Into), [.. members.Distinct().Select(after.ClusterOf).DistinctBy(c => c.First).OrderBy(c => c.First.Key)]);
    }
}
