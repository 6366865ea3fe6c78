using System.Security.Cryptography;
using System.Text;

namespace Personalization.Identity.Graph;

/// <summary>Decides what an identifier that was seen with a subject means. The order of the lines is the policy.</summary>
public static class Linking
{
    private const int NameBytes = 16;

    /// <param name="graph">With all that is known of both sides.</param>
    /// <param name="ask">What was seen.</param>
    public static LinkDecision Decide(IdentityGraph graph, LinkAsk ask)
    {
        var rule = graph.Rules.Of(ask.Evidence.Namespace);
        return ask switch
        {
            { Blocked: true } => Hold(graph, ask, QuarantineReason.BlockedIdentifier),
            _ when !rule.IsStrong || !ask.Evidence.Authenticated => Share(graph, ask),
            { Owner: null } => Own(graph, ask),
            { Owner: { } owner } when graph.ClusterOf(ask.Subject).Contains(owner) => Note(graph, ask, owner),
            { Owner: { } owner } => Objection(graph, ask, owner) is { } why ? Hold(graph, ask, why) : Join(graph, ask, owner),
        };
    }

    /// <summary>
    /// Questions nobody has put yet: what was stored at the same moment by two who did not know of each other, and
    /// contradicts. Whoever stored something looks here afterwards, so that the last of them sees it.
    /// </summary>
    public static IEnumerable<Quarantined> Unasked(IdentityGraph graph) =>
        graph.Steps.Where(s => s.Outcome == StepOutcome.Contested)
            .Select(s => s.Event switch
            {
                Merged m => Question(graph, m.From, m.Into, s.Why!.Value, m.Evidence),
                Linked l => Question(graph, l.Subject, l.Subject, s.Why!.Value, l.Evidence),
                _ => throw new InvalidOperationException("Only links and merges are contested."),
            })
            .Where(q => graph.Case(q.Case) is null).DistinctBy(q => q.Case, StringComparer.Ordinal);

    /// <summary>The name of the next merge of two: the same for all who ask at the same time, another after it was undone.</summary>
    public static string MergeName(IdentityGraph graph, Subject one, Subject other)
    {
        var (a, b) = Graph.Objection.Pair(one, other);
        var before = graph.Steps.Select(s => s.Event).OfType<Merged>().Where(m => Graph.Objection.Pair(m.From, m.Into) == (a, b)).DistinctBy(m => m.Merge, StringComparer.Ordinal);
        var over = before.Count(m => !graph.ClusterOf(m.From).Merges.Any(active => active.Merge == m.Merge));
        return Name($"merge {a} {b} {over}");
    }

    internal static Quarantined Question(IdentityGraph graph, Subject from, Subject into, QuarantineReason why, Evidence evidence)
    {
        var (a, b) = Graph.Objection.Pair(from, into);
        var space = why != QuarantineReason.UniqueConflict ? null : Graph.Objection.Conflict(graph.ClusterOf(from).Links, graph.ClusterOf(into).Links, graph.Rules) ?? evidence.Namespace;
        return new(evidence.At, Name($"case {a} {b} {why}"), from, into, why, space, evidence);
    }

    private static LinkDecision Note(IdentityGraph graph, LinkAsk ask, Subject subject)
    {
        var held = graph.ClusterOf(subject).Links.FirstOrDefault(l => l.Link == ask.Link && l.Holds && (l.Subject == subject || ask.Evidence.Authenticated));
        return held is null || (ask.Evidence.Authenticated && !held.Authenticated)
            ? new LinkDecision.Noted([new Linked(ask.Evidence.At, held?.Subject ?? subject, ask.Link, ask.Evidence)])
            : new LinkDecision.Known();
    }

    // Both sides get to know that the other has it, or neither could be found from the other.
    private static LinkDecision Share(IdentityGraph graph, LinkAsk ask)
    {
        var noted = Note(graph, ask, ask.Subject);
        if (noted is LinkDecision.Known || ask.Owner is not { } owner || owner == ask.Subject) return noted;
        var theirs = graph.Steps.Select(s => s.Event).OfType<Linked>().Where(l => l.Subject == owner && l.Link == ask.Link).Take(1)
            .DefaultIfEmpty(new(ask.Evidence.At, owner, ask.Link, ask.Evidence with { Source = 0 }));
        return new LinkDecision.Noted([.. noted.Events, .. theirs]);
    }

    // A new identifier of somebody who has another of a kind of which people have one: there are two people.
    private static LinkDecision Own(IdentityGraph graph, LinkAsk ask) =>
        !graph.Exempt(ask.Subject, ask.Subject) && Graph.Objection.Conflict([Claim(ask, ask.Subject)], graph.ClusterOf(ask.Subject).Links, graph.Rules) is not null
            ? Hold(graph, ask, Crowded(graph, ask.Subject) ? QuarantineReason.Crowd : QuarantineReason.UniqueConflict)
            : Note(graph, ask, ask.Subject);

    private static QuarantineReason? Objection(IdentityGraph graph, LinkAsk ask, Subject owner) => 0 switch
    {
        _ when graph.Exempt(ask.Subject, owner) => null,
        _ when graph.Against(ask.Subject, owner) is QuarantineReason.SaidApart => QuarantineReason.SaidApart,
        _ when Crowded(graph, ask.Subject) => QuarantineReason.Crowd,
        // The owner has it, also where their log does not say so any more.
        _ when Graph.Objection.Conflict([Claim(ask, owner)], graph.ClusterOf(ask.Subject).Links, graph.Rules) is not null => QuarantineReason.UniqueConflict,
        // Somebody signed in there before, and is known no more: that does not make it the next one's.
        _ when graph.ClusterOf(ask.Subject).Merges.Any(m => m.Into != owner && m.Evidence.Authenticated && graph.Rules.Of(m.Evidence.Namespace).Unique) => QuarantineReason.UniqueConflict,
        _ when graph.Against(ask.Subject, owner) is { } why => why,
        _ when graph.WereUnmerged(ask.Subject, owner) => QuarantineReason.WasUnmerged,
        _ => null,
    };

    private static LinkDecision.Joined Join(IdentityGraph graph, LinkAsk ask, Subject owner)
    {
        var merge = new Merged(ask.Evidence.At, MergeName(graph, ask.Subject, owner), ask.Subject, owner, ask.Evidence);
        return new(merge, [.. Note(graph, ask, owner).Events, merge]);
    }

    private static LinkDecision.Held Hold(IdentityGraph graph, LinkAsk ask, QuarantineReason why)
    {
        // A placeholder is nobody's, and a kiosk is one question however many pass by.
        var into = why is QuarantineReason.BlockedIdentifier or QuarantineReason.Crowd ? ask.Subject : ask.Owner ?? ask.Subject;
        var question = Question(graph, ask.Subject, into, why, ask.Evidence);
        var asked = why == QuarantineReason.SaidApart ? SaidBefore(graph, ask.Subject, into) : graph.Case(question.Case)?.Asked;
        return asked is null ? new(question, [question]) : new(asked, []);
    }

    internal static Quarantined? SaidBefore(IdentityGraph graph, Subject one, Subject other)
    {
        var (mine, theirs) = (graph.ClusterOf(one), graph.ClusterOf(other));
        return graph.Cases.Where(c => c.Answered?.Verdict == ReviewVerdict.Apart).Select(c => c.Asked)
            .FirstOrDefault(q => (mine.Contains(q.From) && theirs.Contains(q.Into)) || (mine.Contains(q.Into) && theirs.Contains(q.From)));
    }

    private static bool Crowded(IdentityGraph graph, Subject subject) =>
        !graph.Exempt(subject, subject) && graph.Cases.Count(c => c.Asked.Why == QuarantineReason.UniqueConflict && c.Asked.From == subject && c.Answered?.Verdict != ReviewVerdict.Together) >= GraphRules.Crowd;

    private static HeldLink Claim(LinkAsk ask, Subject subject) => new(subject, ask.Link, ask.Evidence, ask.Evidence, ask.Evidence.Authenticated ? ask.Evidence.At : null, null, null);

    private static string Name(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, NameBytes));
}
