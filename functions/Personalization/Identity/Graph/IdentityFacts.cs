using Personalization.Audit;

namespace Personalization.Identity.Graph;

/// <summary>
/// What the audit log is told of an identity event: one fact for each side and neither with the other's number, because what
/// is told of one must go when they are erased.
/// </summary>
internal static class IdentityFacts
{
    /// <summary>None for an event that changes nobody.</summary>
    public static IEnumerable<AuditFact> Of(IdentityEvent e, Subject from, Subject into)
    {
        IReadOnlyDictionary<string, string>? open = e switch
        {
            Merged m => Open(("merge", m.Merge)),
            Unmerged u => Open(("merge", u.Merge), ("reason", u.Reason)),
            Quarantined q => Open(("why", q.Why.ToString()), ("case", q.Case)),
            Reviewed r => Open(("case", r.Case), ("verdict", r.Verdict.ToString()), ("reason", r.Reason)),
            _ => null,
        };
        return open is null ? [] : new[] { from, into }.Distinct().Select(s => new AuditFact(TypeOf(e), s, open));
    }

    private static string TypeOf(IdentityEvent e) => e switch
    {
        Merged => AuditTypes.Merged,
        Unmerged => AuditTypes.Unmerged,
        Quarantined => AuditTypes.Quarantined,
        _ => AuditTypes.Reviewed,
    };

    private static Dictionary<string, string> Open(params IEnumerable<(string Name, string Value)> pairs) => pairs.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
}
