using Personalization.Identity;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;

namespace Personalization.Privacy.Exporting;

/// <summary>
/// What was thought of a person beside what they are: merges, also those that were undone or refused, and the questions put
/// before staff. Whoever else it is about is somebody else, and their number is not this person's to know.
/// </summary>
internal static class Asides
{
    private const string SomebodyElse = "somebody else";

    public static IReadOnlyList<MergeReport> Merges(IdentityGraph graph, IReadOnlyList<Cluster> people) =>
        [.. people.SelectMany(c => Explained.Merges(graph, c)).DistinctBy(m => m.Id, StringComparer.Ordinal).Select(m => m with { From = Name(m.From, people), Into = Name(m.Into, people) })];

    public static IReadOnlyList<CaseReport> Cases(IdentityGraph graph, IReadOnlyList<Cluster> people) =>
    [
        .. graph.Cases.Where(c => people.Any(p => p.Contains(c.Asked.From) || p.Contains(c.Asked.Into))).Select(CaseReport.Of)
            .Select(c => c with { From = Name(c.From, people), Into = Name(c.Into, people) }),
    ];

    private static string Name(string subject, IReadOnlyList<Cluster> people) =>
        SubjectText.TryParse(subject, out var known) && people.Any(p => p.Contains(known)) ? subject : SomebodyElse;
}
