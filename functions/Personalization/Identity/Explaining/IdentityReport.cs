using Personalization.Consent;
using Personalization.Identity.Graph;

namespace Personalization.Identity.Explaining;

/// <summary>Who a subject is, why that is thought, and where everything kept of it comes from. No identifier is in it.</summary>
/// <param name="Subject">Who was asked for.</param>
/// <param name="Members">The subjects that are one person with it, itself among them.</param>
/// <param name="GraphHash">SHA-256 of what the graph says around it; the same whenever the same log is replayed.</param>
/// <param name="Epochs">Under which epochs of the salt it was seen.</param>
/// <param name="Links">Its identifiers.</param>
/// <param name="Confidence">How sure they make us, namespace by namespace.</param>
/// <param name="Likely">Who is perhaps the same person.</param>
/// <param name="Merges">What joined it, what was undone, and what was refused.</param>
/// <param name="Cases">What is or was put before a person.</param>
/// <param name="Log">Every step in order.</param>
/// <param name="Consent">What the subject decided.</param>
/// <param name="Attributes">Every value kept of the subject.</param>
public sealed record IdentityReport(
    string Subject, IReadOnlyList<string> Members, string GraphHash, IReadOnlyList<string> Epochs, IReadOnlyList<LinkReport> Links, IReadOnlyList<NamespaceConfidence> Confidence,
    IReadOnlyList<LikelyReport> Likely, IReadOnlyList<MergeReport> Merges, IReadOnlyList<CaseReport> Cases, IReadOnlyList<StepReport> Log, ConsentReport Consent, IReadOnlyList<AttributeReport> Attributes);

/// <param name="Source">The keyed hash of the event it was seen in, in hex; missing where that is unknown.</param>
public sealed record EvidenceReport(string Namespace, string? Source, bool Authenticated, DateTimeOffset At)
{
    public static EvidenceReport Of(Evidence e) => new(e.Namespace, e.Source == 0 ? null : $"{e.Source:x16}", e.Authenticated, e.At);
}

/// <param name="Link">The random number that stands for the identifier.</param>
/// <param name="Epochs">The epochs in whose books it is.</param>
public sealed record LinkReport(
    string Link, string Subject, string Namespace, EvidenceReport First, EvidenceReport Last, DateTimeOffset? AuthenticatedAt, IReadOnlyList<string> Epochs, DateTimeOffset? EndedAt, string? Reason);

/// <param name="Usable">Whether both allow to be recognized across devices; no decision uses it otherwise.</param>
public sealed record LikelyReport(IReadOnlyList<string> Members, double Confidence, int SharedIdentifiers, IReadOnlyList<string> Namespaces, bool Usable);

/// <param name="Status"><c>active</c>, <c>undone</c> or <c>contested</c>.</param>
public sealed record MergeReport(string Id, string From, string Into, DateTimeOffset At, string Status, EvidenceReport Evidence);

/// <param name="Status"><c>open</c>, <c>apart</c> or <c>together</c>.</param>
public sealed record CaseReport(string Case, DateTimeOffset At, string From, string Into, string Why, string? Namespace, EvidenceReport Evidence, string Status, DateTimeOffset? ReviewedAt, string? Reason)
{
    public static CaseReport Of(QuarantineCase c) => new(
        c.Asked.Case, c.Asked.At, c.Asked.From.ToString(), c.Asked.Into.ToString(), ReportNames.Of(c.Asked.Why), c.Asked.Namespace, EvidenceReport.Of(c.Asked.Evidence),
        c.Answered switch { null => "open", { Verdict: ReviewVerdict.Apart } => "apart", _ => "together" }, c.Answered?.At, c.Answered?.Reason);
}

/// <param name="Kind">What happened.</param>
/// <param name="Outcome">What it did.</param>
/// <param name="Why">Why it was contested.</param>
public sealed record StepReport(DateTimeOffset At, string Kind, string Outcome, string? Why);

/// <summary>What the subject itself decided, and what its person as a whole allows.</summary>
public sealed record ConsentReport(IReadOnlyList<string> Granted, IReadOnlyList<string> Denied, DateTimeOffset? At, IReadOnlyList<string> AllowedForThePerson);

/// <param name="Feature">Which feature it belongs to.</param>
/// <param name="KeptIn"><c>profile</c> or <c>vault</c>.</param>
/// <param name="Name">What it says; of the vault missing, because reading that takes a pass.</param>
/// <param name="About">The item or term it is about, in words; missing where it is about none, or the catalogue knows it no more.</param>
/// <param name="Value">As of now; of the vault missing.</param>
/// <param name="At">The newest event in it.</param>
/// <param name="Source">The keyed hash of the event that changed it last, in hex.</param>
/// <param name="PolicyVersion">The version of the consent policy that event was taken under.</param>
/// <param name="Purposes">What it is kept for; without any of them it goes.</param>
/// <param name="Refused">Whether the subject has refused any of these since; then it is neither used nor kept beyond the next write.</param>
public sealed record AttributeReport(
    string Feature, string KeptIn, string? Name, string? About, double? Value, DateTimeOffset At, string? Source, int PolicyVersion, IReadOnlyList<string> Purposes, bool Refused);

/// <summary>Names as they are written outside.</summary>
internal static class ReportNames
{
    public static string Of<T>(T value) where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    public static string Of(IdentityEvent e) => e switch
    {
        Linked => "linked",
        Unlinked => "unlinked",
        Merged => "merged",
        Unmerged => "unmerged",
        Quarantined => "quarantined",
        _ => "reviewed",
    };
}
