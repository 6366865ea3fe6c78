namespace Personalization.Identity.Graph;

/// <summary>Decides what somebody's word on a case does.</summary>
public static class Reviewing
{
    /// <summary>What to store in the logs of both; nothing where it was said before, null where there is no such case.</summary>
    public static IReadOnlyList<IdentityEvent>? Decide(IdentityGraph graph, string name, ReviewVerdict verdict, string reason, DateTimeOffset now)
    {
        if (graph.Case(name) is not { } found) return null;
        if (found.Answered?.Verdict == verdict) return [];
        var reviewed = new Reviewed(now, name, verdict, reason);
        var asked = found.Asked;
        if (verdict == ReviewVerdict.Apart || graph.ClusterOf(asked.From).Contains(asked.Into)) return [reviewed];
        // After the review and not at the same moment, or the merge would be folded before what allows it.
        return [reviewed, new Merged(now.AddTicks(1), Linking.MergeName(graph, asked.From, asked.Into), asked.From, asked.Into, asked.Evidence)];
    }
}
