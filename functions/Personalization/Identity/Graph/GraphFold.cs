namespace Personalization.Identity.Graph;

/// <summary>Folds events, which come in canonical order, one after the other. What contradicts something before it has no effect and is noted.</summary>
internal sealed class GraphFold(GraphRules rules)
{
    private readonly Dictionary<Subject, Dictionary<ulong, HeldLink>> links = [];
    private readonly List<Merged> merges = [];
    private readonly Dictionary<string, Merged> everMerged = new(StringComparer.Ordinal);
    private readonly HashSet<string> undone = new(StringComparer.Ordinal);
    private readonly Dictionary<Subject, List<Subject>> components = [];
    private readonly List<Quarantined> asked = [];
    private readonly Dictionary<string, Reviewed> answers = new(StringComparer.Ordinal);

    public List<Step> Steps { get; } = [];

    /// <summary>Pairs whose merge was undone.</summary>
    public HashSet<(Subject, Subject)> Parted { get; } = [];

    /// <summary>Pairs of which somebody said that they are two people.</summary>
    public HashSet<(Subject, Subject)> Apart { get; } = [];

    /// <summary>Pairs of which somebody said that they are one.</summary>
    public HashSet<(Subject, Subject)> Together { get; } = [];

    public void Take(IdentityEvent e) => Steps.Add(e switch
    {
        Linked l => Take(l),
        Unlinked u => Take(u),
        Merged m => Take(m),
        Unmerged u => Take(u),
        Quarantined q => Take(q),
        Reviewed r => Take(r),
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no identity event."),
    });

    public IEnumerable<QuarantineCase> Cases() => asked.Select(a => new QuarantineCase(a, answers.GetValueOrDefault(a.Case)));

    public IEnumerable<Cluster> Clusters() => components.Values.Distinct().Select(ClusterOf);

    private Step Take(Linked e)
    {
        Know(e.Subject);
        var held = links[e.Subject];
        if (held.TryGetValue(e.Link, out var before) && before.Holds)
        {
            held[e.Link] = before with { Last = e.Evidence, AuthenticatedAt = before.AuthenticatedAt ?? Proved(e.Evidence) };
            if (!Conflicts(e, held[e.Link])) return new(e, StepOutcome.AlreadySo);
            // It was there by hearsay; now that it is claimed, it contradicts another.
            held[e.Link] = before;
            return new(e, StepOutcome.Contested, QuarantineReason.UniqueConflict);
        }

        var link = new HeldLink(e.Subject, e.Link, e.Evidence, e.Evidence, Proved(e.Evidence), null, null);
        if (Conflicts(e, link)) return new(e, StepOutcome.Contested, QuarantineReason.UniqueConflict);
        held[e.Link] = link;
        return new(e, StepOutcome.Done);
    }

    private Step Take(Unlinked e)
    {
        Know(e.Subject);
        if (!links[e.Subject].TryGetValue(e.Link, out var held) || !held.Holds) return new(e, StepOutcome.Void);
        links[e.Subject][e.Link] = held with { Ended = e.At, Reason = e.Reason };
        return new(e, StepOutcome.Done);
    }

    private Step Take(Merged e)
    {
        Know(e.From);
        Know(e.Into);
        if (undone.Contains(e.Merge)) return new(e, StepOutcome.Void);
        if (everMerged.ContainsKey(e.Merge)) return new(e, StepOutcome.AlreadySo);
        var (one, other) = (components[e.From], components[e.Into]);
        var why = Together.Contains(Objection.Pair(e.From, e.Into)) ? null : Objection.Between(ClusterOf(one), ClusterOf(other), Apart, rules);
        if (why is not null) return new(e, StepOutcome.Contested, why);
        everMerged[e.Merge] = e;
        merges.Add(e);
        Join(one, other);
        return new(e, ReferenceEquals(one, other) ? StepOutcome.AlreadySo : StepOutcome.Done);
    }

    private Step Take(Unmerged e)
    {
        if (!undone.Add(e.Merge) || !everMerged.TryGetValue(e.Merge, out var merge)) return new(e, StepOutcome.Void);
        Parted.Add(Objection.Pair(merge.From, merge.Into));
        merges.Remove(merge);
        // What was one falls apart and is joined again by the merges that are left.
        var members = components[merge.From];
        foreach (var member in members) components[member] = [member];
        foreach (var left in merges)
            if (members.Contains(left.From)) Join(components[left.From], components[left.Into]);
        return new(e, StepOutcome.Done);
    }

    private Step Take(Quarantined e)
    {
        Know(e.From);
        Know(e.Into);
        if (asked.Exists(a => a.Case == e.Case)) return new(e, StepOutcome.AlreadySo);
        asked.Add(e);
        if (answers.TryGetValue(e.Case, out var answer)) Answer(e, answer);
        return new(e, StepOutcome.Done);
    }

    private Step Take(Reviewed e)
    {
        answers[e.Case] = e;
        if (asked.Find(a => a.Case == e.Case) is { } question) Answer(question, e);
        return new(e, StepOutcome.Done);
    }

    // The later word counts.
    private void Answer(Quarantined question, Reviewed answer)
    {
        var pair = Objection.Pair(question.From, question.Into);
        (answer.Verdict == ReviewVerdict.Together ? Apart : Together).Remove(pair);
        (answer.Verdict == ReviewVerdict.Together ? Together : Apart).Add(pair);
    }

    private bool Conflicts(Linked e, HeldLink link) =>
        !Together.Contains((e.Subject, e.Subject)) && Objection.Conflict([link], components[e.Subject].SelectMany(m => links[m].Values), rules) is not null;

    private static DateTimeOffset? Proved(Evidence evidence) => evidence.Authenticated ? evidence.At : null;

    private void Know(Subject subject)
    {
        if (components.TryAdd(subject, [subject])) links[subject] = [];
    }

    private void Join(List<Subject> one, List<Subject> other)
    {
        if (ReferenceEquals(one, other)) return;
        one.AddRange(other);
        foreach (var member in other) components[member] = one;
    }

    private Cluster ClusterOf(List<Subject> members)
    {
        var sorted = members.OrderBy(m => m.Key).ToList();
        var held = sorted.SelectMany(m => links[m].Values.OrderBy(l => l.Link)).ToList();
        return new(sorted, held, [.. merges.Where(m => members.Contains(m.From))], NamespaceConfidence.Vector(held, rules));
    }
}
