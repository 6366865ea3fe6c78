using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Profiles;

namespace Personalization.Identity.Explaining;

/// <summary>Puts what is known of a subject into words.</summary>
internal static class Explained
{
    public static IdentityReport Report(
        Subject subject, IdentityGraph graph, IReadOnlyList<BookedEvent> events, IEnumerable<(LikelyEdge Edge, bool Usable)> likely, in ConsentState consent, Purposes joint,
        IEnumerable<TracedAttribute> attributes, CatalogueSnapshot catalogue)
    {
        var own = graph.ClusterOf(subject);
        var denied = consent.Vote.Denied;
        var epochs = events.Where(e => e.Event is Linked && e.Book is not (IdentityLog.MergesBook or IdentityLog.CasesBook)).ToLookup(e => (((Linked)e.Event).Subject, ((Linked)e.Event).Link), e => e.Book);
        return new(
            subject.ToString(), [.. own.Members.Select(m => m.ToString())], graph.Hash(), [.. epochs.Where(g => own.Contains(g.Key.Subject)).SelectMany(g => g).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            [.. own.Links.Select(l => LinkOf(l, epochs[(l.Subject, l.Link)]))], [.. own.Confidence.Select(c => c with { Confidence = Math.Round(c.Confidence, 4) })],
            [.. likely.Select(l => new LikelyReport([.. l.Edge.Members.Select(m => m.ToString())], Math.Round(l.Edge.Confidence, 4), l.Edge.Shared, l.Edge.Namespaces, l.Usable)).OrderByDescending(l => l.Confidence)],
            [.. Merges(graph, own)], [.. graph.Cases.Where(c => own.Contains(c.Asked.From) || own.Contains(c.Asked.Into)).Select(CaseReport.Of)],
            [.. graph.Steps.Select(s => new StepReport(s.Event.At, ReportNames.Of(s.Event), ReportNames.Of(s.Outcome), s.Why is { } why ? ReportNames.Of(why) : null))],
            new(PurposeNames.Of(consent.Vote.Granted), PurposeNames.Of(denied), consent.Next == 0 ? null : consent.At, PurposeNames.Of(joint)),
            [.. attributes.Select(a => AttributeOf(a, denied, catalogue))]);
    }

    private static LinkReport LinkOf(HeldLink l, IEnumerable<string> epochs) => new(
        $"{l.Link:x16}", l.Subject.ToString(), l.Namespace, EvidenceReport.Of(l.First), EvidenceReport.Of(l.Last), l.AuthenticatedAt, [.. epochs.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], l.Ended, l.Reason);

    /// <summary>What joined a person or was to join them, and how it stands.</summary>
    internal static IEnumerable<MergeReport> Merges(IdentityGraph graph, Cluster own) =>
        graph.Steps.Where(s => s.Event is Merged m && (own.Contains(m.From) || own.Contains(m.Into)))
            .Select(s => (Merge: (Merged)s.Event, s.Outcome)).DistinctBy(s => s.Merge.Merge, StringComparer.Ordinal)
            .Select(s => new MergeReport(
                s.Merge.Merge, s.Merge.From.ToString(), s.Merge.Into.ToString(), s.Merge.At,
                own.Merges.Any(m => m.Merge == s.Merge.Merge) ? "active" : s.Outcome == StepOutcome.Contested ? "contested" : "undone", EvidenceReport.Of(s.Merge.Evidence)));

    internal static AttributeReport AttributeOf(TracedAttribute traced, Purposes denied, CatalogueSnapshot catalogue)
    {
        var (a, open) = (traced.Attribute, traced.Kept == FeaturePlace.Profile);
        return new(
            traced.Feature, ReportNames.Of(traced.Kept), open ? a.Name : null, open ? About(a, catalogue) : null, open ? Math.Round(a.Value, 4) : null, DateTimeOffset.FromUnixTimeSeconds(a.At),
            a.Origin.Source == 0 ? null : $"{a.Origin.Source:x16}", a.Origin.Policy, PurposeNames.Of(traced.Needs), (traced.Needs & denied) != Purposes.None);
    }

    private static string? About(in FeatureAttribute a, CatalogueSnapshot catalogue) => a.Kind switch
    {
        KeyKind.Item => catalogue.Find(new ItemKey(a.Key))?.Item.Id,
        KeyKind.Term => catalogue.Terms.NameOf(new(a.Key))?.Name,
        _ => null,
    };
}
