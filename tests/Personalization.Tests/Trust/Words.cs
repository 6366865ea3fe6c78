using System.Text.Json;
using Personalization.Consent;

namespace Personalization.Tests.Trust;

/// <summary>
/// The rules of docs/privacy.md once more, written down from there without looking at the code, over names instead of
/// flags: what each kind of data needs, what holds for silence, and that a no outweighs a yes.
/// </summary>
internal sealed record Words(IReadOnlySet<string> Yes, IReadOnlySet<string> No)
{
    public static readonly string[] Purposes = ["personalization", "sensitive", "location", "crossDevice", "training", "marketing", "thirdParty"];
    public static readonly Words Nothing = Of([], []);
    public static readonly Words PrivacyControl = Of([], ["thirdParty", "crossDevice"]);

    public static Words Of(IEnumerable<string> yes, IEnumerable<string> no) => new(yes.ToHashSet(StringComparer.Ordinal), no.ToHashSet(StringComparer.Ordinal));

    /// <summary>Mostly yes, so that much arrives; each purpose is left out now and then.</summary>
    public static Words Random(Random random)
    {
        var said = Purposes.Select(p => (Purpose: p, Word: random.Next(10))).ToList();
        return Of(said.Where(s => s.Word < 6).Select(s => s.Purpose), said.Where(s => s.Word == 9).Select(s => s.Purpose));
    }

    /// <summary>In one call, and of several sources about one event.</summary>
    public Words And(Words other) => Of(Yes.Concat(other.Yes), No.Concat(other.No));

    /// <summary>Between calls the later word on a purpose replaces the earlier.</summary>
    public Words Then(Words later) => Of(Yes.Where(p => !later.No.Contains(p)).Concat(later.Yes), No.Where(p => later.No.Contains(p) || !later.Yes.Contains(p)).Concat(later.No));

    public bool Refuses(string purpose) => No.Contains(purpose);

    public bool Allows(string purpose, string? region) => !No.Contains(purpose) && (Yes.Contains(purpose) || IsDefault(purpose, region));

    public bool Allows(Sent e, SignalClass signal, string? region) => Needs(e, signal).All(p => Allows(p, region));

    public bool RefusesAny(Sent e, SignalClass signal) => Needs(e, signal).Any(Refuses);

    /// <summary>What the kind of event needs, and what the part of it that was found needs on top.</summary>
    public static IEnumerable<string> Needs(Sent e, SignalClass signal) =>
    [
        "personalization", .. e.Type == "purchase" || signal == SignalClass.Search ? ["sensitive"] : Array.Empty<string>(),
        .. e.ThirdParty ? ["thirdParty"] : Array.Empty<string>(), .. signal == SignalClass.Location ? ["location"] : Array.Empty<string>(),
    ];

    public string Json() => JsonSerializer.Serialize(Purposes.Where(p => Yes.Contains(p) || No.Contains(p)).ToDictionary(p => p, p => !No.Contains(p)));

    public PurposeChoices Choices() => new()
    {
        Personalization = Word("personalization"), Sensitive = Word("sensitive"), Location = Word("location"), CrossDevice = Word("crossDevice"),
        Training = Word("training"), Marketing = Word("marketing"), ThirdParty = Word("thirdParty"),
    };

    private bool? Word(string purpose) => No.Contains(purpose) ? false : Yes.Contains(purpose) ? true : null;

    // Of the countries used here only the US lets people object; everywhere else silence is a no.
    private static bool IsDefault(string purpose, string? region) =>
        region?.StartsWith("US", StringComparison.Ordinal) == true && purpose is not ("sensitive" or "location");
}
