using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Privacy.Requests;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Privacy.Exporting;

/// <summary>What a report says about itself, in words a person without our code understands.</summary>
internal static class ReportNotes
{
    public const string Gone = "no longer in the catalogue";

    private static readonly string Hours = StreamedEvent.Hub.Expiry!.Value.TotalHours.ToString("0", System.Globalization.CultureInfo.InvariantCulture);

    public static readonly IReadOnlyList<string> Recipients =
        ["None outside: no data of yours is sent to anybody else. Who runs the computers it is kept on is named by whoever runs this shop."];

    public static string Notice(RequestType type) => type == RequestType.Access
        ? $"What is kept about you here, with where it comes from, what it is used for and how long it is kept. Your identifiers and search texts are not in it because they are not kept. What you do is added up in the values below; each single click is also carried in the store '{StreamedEvent.Hub.Name}' until it is {Hours} hours old, and single clicks are not in this file, but for those on what a decision had shown you, where you allowed training: they are among the decisions."
        : "What you gave or let us see, in a form that other services can read. What was concluded from it is left out; a request for access has that too.";

    public static string LogGoesOn(int entries) =>
        FormattableString.Invariant($"These are the oldest {entries} entries; there may be more. Whoever runs this shop can look up the rest for you.");

    public static ReportedStore Of(Store s) => new(s.Name, s.Purpose, s.Sensitivity.ToString().ToLowerInvariant(), Kept(s));

    /// <summary>What a decision said is told here, as far as this knows how to read it.</summary>
    public static ReportedDecision Of(LoggedDecision d, Func<ulong, string> item) => OutcomeRecord.Read(d.Body.Span) is { } outcome
        ? new(outcome.Decision.ToString(), d.Id.At, d.Body.Length, [.. outcome.Items.Select(item)])
        : new(d.Id.ToString(), d.Id.At, d.Body.Length);

    public static ReportedFeature Of(FeatureDefinition f) => new(f.Name, f.About, f.Owner, f.Expiry.TotalDays, [.. f.Lineage.Select(t => t.Name())]);

    private static string Kept(Store s) => s switch
    {
        { Expiry: { } e } => FormattableString.Invariant($"{e.TotalDays:0.##} days after the last change at most"),
        { Subject: SubjectKey.Sealed } => "for good, readable until your key is destroyed",
        _ => "until you ask for erasure",
    };
}
