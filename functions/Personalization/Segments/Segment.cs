using Personalization.Catalog;
using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>
/// People alike at this moment: the two categories they are drawn to most, with how strongly in quarters, their most usual
/// prices, what holds them now, and whether they are about to buy. Terms of the catalogue and nothing else: what is
/// prepared for a segment is made from these words and from no one's profile, whoever asked first.
/// </summary>
public readonly record struct Segment(ulong First, ulong Second, byte FirstQuarters, byte SecondQuarters, ulong Price, ulong Session, bool Intent)
{
    private const int Quarters = 4;

    /// <summary>Prices somebody is drawn to are rarely of one band alone.</summary>
    private const float PriceShare = 0.5f;

    /// <summary>Nobody in particular.</summary>
    public static readonly Segment Everybody;

    public bool IsEverybody => First == 0;

    /// <summary>The segment a person is in; everybody where they are drawn to no category.</summary>
    public static Segment Of(Hints hints)
    {
        var (first, second) = Strongest(hints, hints.Categories);
        if (first.Key == 0) return Everybody;
        var (price, _) = Strongest(hints, hints.PriceBands);
        var (most, more) = (Math.Max(1, Rounded(first.Share)), Rounded(second.Share));
        return new(first.Key, more == 0 ? 0 : second.Key, (byte)most, (byte)more, price.Key, hints.Session.Key, hints.Intent);
    }

    /// <summary>What is known of anybody in it.</summary>
    public void Describe(Hints hints, Consent.Region region, uint now)
    {
        hints.Begin(region, now, new Term(Session), Intent);
        if (First != 0) hints.Terms.At(First).Person = (float)FirstQuarters / Quarters;
        if (Second != 0) hints.Terms.At(Second).Person = (float)SecondQuarters / Quarters;
        if (Price != 0) hints.Terms.At(Price).Person = PriceShare;
    }

    private static int Rounded(float share) => (int)MathF.Round(Math.Clamp(share, 0, 1) * Quarters);

    private static ((ulong Key, float Share) First, (ulong Key, float Share) Second) Strongest(Hints hints, ReadOnlySpan<ulong> terms)
    {
        var (first, second) = ((Key: 0UL, Share: 0f), (Key: 0UL, Share: 0f));
        foreach (var key in terms)
        {
            var share = hints.Terms.Of(key).Person;
            if (share > first.Share) (first, second) = ((key, share), first);
            else if (share > second.Share) second = (key, share);
        }

        return (first, second);
    }
}
