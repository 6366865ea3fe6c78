namespace Personalization.Identity.Graph;

/// <summary>What speaks against two being one person; the order of the lines is the order of importance.</summary>
internal static class Objection
{
    public static QuarantineReason? Between(Cluster one, Cluster other, HashSet<(Subject, Subject)> apart, GraphRules rules) => 0 switch
    {
        _ when one.Contains(other.First) => null,
        _ when Touches(apart, one, other) => QuarantineReason.SaidApart,
        _ when Conflict(one.Links, other.Links, rules) is not null => QuarantineReason.UniqueConflict,
        _ when one.Members.Count + other.Members.Count > rules.ClusterCap => QuarantineReason.TooMany,
        _ => null,
    };

    /// <summary>The namespace in which the two sides have different identifiers although a person has one; the first by name.</summary>
    public static string? Conflict(IEnumerable<HeldLink> one, IEnumerable<HeldLink> other, GraphRules rules)
    {
        var claims = other.Where(l => l.Claims(rules)).ToList();
        return one.Where(l => l.Claims(rules) && claims.Any(c => c.Namespace == l.Namespace && c.Link != l.Link))
            .Select(l => l.Namespace).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Whether any of these pairs has a subject on each side.</summary>
    public static bool Touches(HashSet<(Subject, Subject)> pairs, Cluster one, Cluster other) =>
        pairs.Count > 0 && one.Members.Any(a => other.Members.Any(b => pairs.Contains(Pair(a, b))));

    /// <summary>A pair whichever way round.</summary>
    public static (Subject, Subject) Pair(Subject one, Subject other) => one.Key <= other.Key ? (one, other) : (other, one);
}
