using Personalization.Consent;

namespace Personalization.Identity.Graph;

/// <summary>Somebody who is perhaps the same person.</summary>
/// <param name="Other">The first member of their cluster.</param>
/// <param name="Members">All of them.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Shared">How many identifiers both have.</param>
/// <param name="Namespaces">Of which kinds.</param>
public sealed record LikelyEdge(Subject Other, IReadOnlyList<Subject> Members, double Confidence, int Shared, IReadOnlyList<string> Namespaces);

/// <summary>
/// The second track: identifiers that prove nothing, such as a device, make it likely that two are one person. It joins
/// nobody; a decision may use it where both agreed to be recognized across devices.
/// </summary>
public static class Likeliness
{
    /// <summary>
    /// Those who are likely the same person as a subject, the likeliest first.
    /// </summary>
    /// <remarks>
    /// With cₗ what an identifier says (its namespace's confidence, half of that where nobody signed in with it) and nₗ the
    /// number of people who have it, confidence = 1 − Πₗ (1 − cₗ / (nₗ − 1)) over the shared ones. With a chance of cₗ the
    /// person is among the others who have it, and each of those nₗ − 1 is as likely as the next: a laptop two share
    /// says much, a kiosk a hundred share says next to nothing. People are clusters, so that somebody known on three
    /// devices does not thin out their own. Whoever has a different unique identifier, was un-merged or said to be
    /// somebody else, is not likely at all.
    /// </remarks>
    /// <param name="graph">With everyone who has one of the subject's identifiers.</param>
    /// <param name="subject">Whose likely others are asked for.</param>
    /// <param name="granted">What a subject allows at this moment.</param>
    /// <param name="minimum">Below it nothing is told; declared by the decision that uses it.</param>
    public static IReadOnlyList<LikelyEdge> Likely(this IdentityGraph graph, Subject subject, Func<Subject, Purposes> granted, double minimum)
    {
        var own = graph.ClusterOf(subject);
        if (!Allows(own, granted)) return [];
        return
        [
            .. Edges(graph, own).Where(e => e.Confidence >= minimum && Allows(graph.ClusterOf(e.Other), granted))
                .OrderByDescending(e => e.Confidence).ThenBy(e => e.Other.Key),
        ];
    }

    // The same for whoever answers for it, who has to see also what no decision may use.
    internal static IEnumerable<LikelyEdge> Edges(IdentityGraph graph, Cluster own)
    {
        var holders = Holders(graph);
        foreach (var other in graph.Clusters)
        {
            if (other.First == own.First || graph.Against(own.First, other.First) is QuarantineReason.UniqueConflict or QuarantineReason.SaidApart || graph.WereUnmerged(own.First, other.First)) continue;
            var shared = own.Links.Where(l => l.Holds).Join(other.Links.Where(l => l.Holds), l => l.Link, l => l.Link, (a, b) => (One: a, Other: b))
                .GroupBy(p => p.One.Link).OrderBy(g => g.Key).ToList();
            if (shared.Count == 0) continue;
            var miss = shared.Aggregate(1.0, (m, g) => m * (1 - (g.Min(p => Math.Min(Of(p.One), Of(p.Other))) / (holders[g.Key] - 1))));
            var names = shared.Select(g => g.First().One.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            yield return new(other.First, other.Members, 1 - miss, shared.Count, [.. names]);
        }

        double Of(HeldLink link) => NamespaceConfidence.Of(link, graph.Rules);
    }

    private static Dictionary<ulong, int> Holders(IdentityGraph graph) =>
        graph.Clusters.SelectMany(c => c.Links.Where(l => l.Holds).Select(l => l.Link).Distinct()).GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());

    private static bool Allows(Cluster cluster, Func<Subject, Purposes> granted) =>
        cluster.Members.All(m => ConsentMatrix.Allows(granted(m), SignalClass.CrossDevice));
}
