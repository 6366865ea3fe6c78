namespace Personalization.Identity.Graph;

/// <summary>
/// Who is who, folded from identity events. Events are put in the order of their times, and in that of their text where
/// those are equal, before they are folded, and one that is there twice counts once: the graph depends on which events
/// there are and on nothing else. It never changes.
/// </summary>
public sealed class IdentityGraph
{
    private readonly Dictionary<Subject, Cluster> clusters = [];
    private readonly HashSet<(Subject, Subject)> parted;
    private readonly HashSet<(Subject, Subject)> apart;
    private readonly HashSet<(Subject, Subject)> together;

    private IdentityGraph(GraphFold fold, GraphRules rules)
    {
        Rules = rules;
        (Steps, Cases) = (fold.Steps, [.. fold.Cases()]);
        (parted, apart, together) = (fold.Parted, fold.Apart, fold.Together);
        foreach (var cluster in fold.Clusters())
        {
            foreach (var member in cluster.Members) clusters[member] = cluster;
        }

        Clusters = [.. clusters.Values.Distinct().OrderBy(c => c.First.Key)];
    }

    public GraphRules Rules { get; }

    /// <summary>In order of their first member.</summary>
    public IReadOnlyList<Cluster> Clusters { get; }

    /// <summary>Every event once, in order, and what it did.</summary>
    public IReadOnlyList<Step> Steps { get; }

    /// <summary>In the order they came up.</summary>
    public IReadOnlyList<QuarantineCase> Cases { get; }

    public static IdentityGraph Of(IEnumerable<IdentityEvent> events, GraphRules rules)
    {
        var fold = new GraphFold(rules);
        var texts = events.Select(e => (Event: e, Text: GraphText.Of(e))).DistinctBy(e => e.Text, StringComparer.Ordinal);
        foreach (var (e, _) in texts.OrderBy(e => e.Event.At.UtcTicks).ThenBy(e => e.Text, StringComparer.Ordinal)) fold.Take(e);
        return new(fold, rules);
    }

    /// <summary>The person a subject is part of; of one the graph has nothing about, the subject alone.</summary>
    public Cluster ClusterOf(Subject subject) => clusters.GetValueOrDefault(subject) ?? new([subject], [], [], []);

    public QuarantineCase? Case(string name) => Cases.FirstOrDefault(c => c.Asked.Case == name);

    /// <summary>What speaks against two subjects being one person; null for nothing.</summary>
    public QuarantineReason? Against(Subject one, Subject other) =>
        Exempt(one, other) ? null : Objection.Between(ClusterOf(one), ClusterOf(other), apart, Rules);

    /// <summary>Whether somebody said that two are one, whatever speaks against it; of one subject, that it may have what contradicts.</summary>
    public bool Exempt(Subject one, Subject other) => together.Contains(Objection.Pair(one, other));

    /// <summary>Whether the persons of two subjects were one by a merge that was undone, and nobody said since that they are.</summary>
    public bool WereUnmerged(Subject one, Subject other) =>
        !Exempt(one, other) && Objection.Touches(parted, ClusterOf(one), ClusterOf(other));

    /// <summary>SHA-256 of the whole graph in canonical form; equal for two graphs that say the same.</summary>
    public string Hash() => GraphText.Hash(this);
}
