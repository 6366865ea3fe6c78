using Personalization.Consent;
using Personalization.Identity.Graph;

namespace Personalization.Identity.Merging;

/// <summary>What one side has decided: its last word on each purpose, and where it was then.</summary>
/// <param name="Words">By purpose; a purpose it never spoke of is missing.</param>
/// <param name="Region">The last region it named, and its place in the ledger.</param>
public sealed record SideConsent(IReadOnlyDictionary<Purposes, Word> Words, (long Sequence, Region Region) Region)
{
    public static SideConsent Silent { get; } = new(new Dictionary<Purposes, Word>(), default);

    /// <param name="rows">The side's rows in the consent ledger, in order; null for one that cannot be read.</param>
    /// <param name="proved">Whether who spoke at a time had proved who they are; see <see cref="ProvedBy"/>.</param>
    public static SideConsent Of(IEnumerable<(long Sequence, ConsentRow? Row)> rows, Func<DateTimeOffset, bool> proved)
    {
        var (words, region) = (new Dictionary<Purposes, Word>(), default((long, Region)));
        foreach (var (sequence, row) in rows)
        {
            var vote = row?.Vote();
            var signalled = PurposeNames.Parse(row?.BySignal) ?? Purposes.All;
            foreach (var (purpose, _) in PurposeNames.All)
            {
                // A row nobody can read may have been a no to anything, said at any time: nothing outweighs it but a later row.
                if (vote is not { } spoken) words[purpose] = new(sequence, DateTimeOffset.MaxValue, false, false);
                else if (spoken.Denied.Cover(purpose)) words[purpose] = new(sequence, row!.At, false, false);
                else if (spoken.Granted.Cover(purpose)) words[purpose] = new(sequence, row!.At, true, !signalled.Cover(purpose) && proved(row.At));
            }

            if (Consent.Region.TryParse(row?.Region, out var named)) region = (sequence, named);
        }

        return new(words, region);
    }

    /// <summary>Whether who spoke as a subject at a time had proved to be that person.</summary>
    public static Func<DateTimeOffset, bool> ProvedBy(IdentityGraph graph, Subject subject) =>
        at => graph.ClusterOf(subject).Links.Any(l => l.Subject == subject && l.ProvedAt(at, graph.Rules));

    /// <summary>Two states of the ledger of one side: word by word the later one.</summary>
    public SideConsent Join(SideConsent other)
    {
        var words = new Dictionary<Purposes, Word>(Words);
        foreach (var (purpose, word) in other.Words) words[purpose] = words.TryGetValue(purpose, out var own) ? Word.Later(own, word) : word;
        var mine = (Region.Sequence, Region.Region.Code).CompareTo((other.Region.Sequence, other.Region.Region.Code)) >= 0;
        return new(words, mine ? Region : other.Region);
    }
}
