using System.Text.Json.Serialization;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;

namespace Personalization.Identity.Whole;

/// <summary>A person as one of their subjects carries them: who they are and what each of them said.</summary>
/// <param name="Sides">In order of their subjects: the members and, while something is being changed, whoever may be one of them in a moment.</param>
/// <param name="Changes">Under way, or left so by a crash.</param>
public sealed record PersonRecord(IReadOnlyList<SideRecord> Sides, IReadOnlyList<UnderWay> Changes);

/// <param name="Subject">Who.</param>
/// <param name="IsMember">Whether they are one person with whoever carries this.</param>
/// <param name="Words">The last on each purpose.</param>
/// <param name="Region">The last they named; null where they named none.</param>
/// <param name="RegionSequence">Its place in their ledger.</param>
public sealed record SideRecord([property: JsonConverter(typeof(SubjectText))] Subject Subject, bool IsMember, IReadOnlyList<WordRecord> Words, string? Region, long RegionSequence)
{
    public static SideRecord Of(Subject subject, bool isMember, SideConsent consent) => new(
        subject, isMember, [.. PurposeNames.All.Where(p => consent.Words.ContainsKey(p.Purpose)).Select(p => WordRecord.Of(p.Name, consent.Words[p.Purpose]))],
        consent.Region.Region == Consent.Region.Unknown ? null : consent.Region.Region.ToString(), consent.Region.Sequence);

    /// <summary>Null where a word is of a purpose nobody knows.</summary>
    public SideConsent? Said()
    {
        var words = new Dictionary<Purposes, Word>();
        foreach (var word in Words)
        {
            if (PurposeNames.Parse([word.Purpose]) is not { } purpose) return null;
            words[purpose] = new(word.Sequence, word.At, word.Yes, word.Authenticated);
        }

        return new(words, Consent.Region.TryParse(Region, out var region) ? (RegionSequence, region) : default);
    }
}

/// <summary>See <see cref="Word"/>.</summary>
public sealed record WordRecord(string Purpose, long Sequence, DateTimeOffset At, bool Yes, bool Authenticated)
{
    public static WordRecord Of(string purpose, in Word word) => new(purpose, word.Sequence, word.At, word.Yes, word.Authenticated);
}

/// <summary>Something is being changed. What holds until it is done allows no more than what held before and what will hold.</summary>
/// <param name="Name">Of the merge or the case; of a decision, a random number.</param>
/// <param name="Until">When whoever began it is certainly gone.</param>
/// <param name="Denied">What somebody is about to refuse.</param>
public sealed record UnderWay(string Name, DateTimeOffset Until, IReadOnlyList<string> Denied);
