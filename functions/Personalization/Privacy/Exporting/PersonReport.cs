using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;

namespace Personalization.Privacy.Exporting;

/// <summary>Everything kept of a person, for that person.</summary>
/// <param name="Request">The id of the request it answers.</param>
/// <param name="GeneratedAt">As of when.</param>
/// <param name="Contents">All of it, or what is portable: what they gave or let us see, without what was concluded from it.</param>
/// <param name="Notice">What this is, in words.</param>
/// <param name="Members">The random numbers the person is known by here, each with what is kept under it.</param>
/// <param name="Identifiers">The kinds of identifiers they are recognized by; the identifiers themselves are not kept.</param>
/// <param name="Confidence">How sure they make us. Missing where only what is portable was asked for, as all below.</param>
/// <param name="Merges">What made several numbers one person, also what was undone or refused. Somebody else's number is not told.</param>
/// <param name="Cases">What was or is put before staff, because it was not clear who they are.</param>
/// <param name="Decisions">What was decided for them, as far as it is still kept.</param>
/// <param name="Purposes">What data is used for, and whether that is allowed now.</param>
/// <param name="Recipients">Who else gets data of theirs.</param>
/// <param name="Stores">Where data about people is kept, what for, and how long.</param>
/// <param name="Features">What values are called, what they say, and from which events they are made.</param>
public sealed record PersonReport(
    string Request, DateTimeOffset GeneratedAt, string Contents, string Notice, IReadOnlyList<ReportedMember> Members, IReadOnlyList<ReportedIdentifier> Identifiers,
    IReadOnlyList<NamespaceConfidence>? Confidence, IReadOnlyList<MergeReport>? Merges, IReadOnlyList<CaseReport>? Cases, IReadOnlyList<ReportedDecision>? Decisions,
    IReadOnlyList<ReportedPurpose>? Purposes, IReadOnlyList<string>? Recipients, IReadOnlyList<ReportedStore>? Stores, IReadOnlyList<ReportedFeature> Features)
{
    /// <summary>How many values there are; not of the log, which this request itself is told to.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Results => Identifiers.Count + (Merges?.Count ?? 0) + (Cases?.Count ?? 0) + (Decisions?.Count ?? 0)
        + Members.Sum(m => m.Values.Count + m.Consents.Count + (m.Experiments?.Count ?? 0) + (m.Shown?.Count ?? 0));
}

/// <param name="Subject">The number.</param>
/// <param name="Values">What is known.</param>
/// <param name="Consents">Every decision about data, as it was taken.</param>
/// <param name="Experiments">Which variants of experiments they saw, and when first. Missing where only what is portable was asked for.</param>
/// <param name="Shown">How often which message was shown to them, by the keyed name of its cap and the number of the window; missing likewise.</param>
/// <param name="Log">What the audit log says about them, the oldest first.</param>
/// <param name="LogNote">That there is more of it, where there may be; missing where this is all.</param>
public sealed record ReportedMember(
    string Subject, IReadOnlyList<ReportedValue> Values, IReadOnlyList<ReportedConsent> Consents, IReadOnlyList<ExposureRow>? Experiments, IReadOnlyList<CapReport>? Shown,
    IReadOnlyList<ReportedEntry>? Log, string? LogNote);

/// <param name="Feature">Which feature it belongs to.</param>
/// <param name="KeptIn"><c>profile</c> or <c>vault</c>.</param>
/// <param name="Name">What it says.</param>
/// <param name="About">The item, term, region or day it is about.</param>
/// <param name="Value">As of now.</param>
/// <param name="At">The newest event in it.</param>
/// <param name="Source">The keyed hash of the event that changed it last.</param>
/// <param name="PolicyVersion">The consent policy that event was taken under.</param>
/// <param name="Purposes">What it is kept for.</param>
public sealed record ReportedValue(
    string Feature, string KeptIn, string Name, string? About, double Value, DateTimeOffset At, string? Source, int PolicyVersion, IReadOnlyList<string> Purposes);

/// <param name="Row">As it is in the ledger; missing where it cannot be read, which counts as a no to everything.</param>
public sealed record ReportedConsent(long Number, ConsentRow? Row);

public sealed record ReportedEntry(DateTimeOffset At, string Type, IReadOnlyDictionary<string, string> Open, IReadOnlyDictionary<string, string>? Personal);

public sealed record ReportedIdentifier(string Namespace, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, bool SignedIn, DateTimeOffset? EndedAt);

/// <summary>Something that was decided for the person.</summary>
/// <param name="Decision">Its name.</param>
/// <param name="At">When it was made, or something came of it.</param>
/// <param name="Bytes">How much is kept of it.</param>
/// <param name="Chosen">Where it says what came of the decision: what they chose of what it had shown.</param>
public sealed record ReportedDecision(string Decision, DateTimeOffset At, int Bytes, IReadOnlyList<string>? Chosen = null);

public sealed record ReportedPurpose(string Purpose, bool Allowed);

public sealed record ReportedStore(string Store, string Purpose, string Sensitivity, string Kept);

public sealed record ReportedFeature(string Feature, string About, string Owner, double ExpiryDays, IReadOnlyList<string> MadeFrom);
