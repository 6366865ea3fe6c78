using System.Text.Json.Serialization;
using Personalization.Consent.Signals;

namespace Personalization.Consent;

/// <summary>A decision as a frontend sends it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ConsentRequest
{
    public const int MaxName = 64;

    public const string RegionReason = "must be an ISO 3166 code such as DE or US-CA";

    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(ConsentRequest);

    public string? User { get; init; }
    public string? Visitor { get; init; }
    public PurposeChoices? Purposes { get; init; }
    public string? Source { get; init; }
    public string? NoticeVersion { get; init; }
    public string? Region { get; init; }
    public string? Tcf { get; init; }
    public string? Gpp { get; init; }

    /// <summary>What is wrong, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault(Vote gpc) => this switch
    {
        { Source: null } => ("source", "is missing; it says where the person decided"),
        { NoticeVersion: null } => ("noticeVersion", "is missing; it says what the person had been told"),
        _ when !IsName(Source) => ("source", NameReason),
        _ when !IsName(NoticeVersion) => ("noticeVersion", NameReason),
        { Region: not null } when !Consent.Region.TryParse(Region, out _) => ("region", RegionReason),
        { Tcf.Length: > SignalText.MaxLength } => ("tcf", $"must have at most {SignalText.MaxLength} characters"),
        { Gpp.Length: > SignalText.MaxLength } => ("gpp", $"must have at most {SignalText.MaxLength} characters"),
        { Tcf: null, Gpp: null } when gpc == Vote.Silent && (Purposes is null || Purposes.Choices() == Vote.Silent) => ("purposes", "is missing; a decision says yes or no to something"),
        _ => null,
    };

    private static readonly string NameReason = $"must have 1 to {MaxName} letters, digits, dots, hyphens and underscores; it is kept for good";

    // What is kept for good must not be able to hold a mail address or a sentence.
    private static bool IsName(string text) => text.Length is >= 1 and <= MaxName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
