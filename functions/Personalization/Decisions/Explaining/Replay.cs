using Personalization.Decisions.Arranging;
using Personalization.Decisions.Logging;

namespace Personalization.Decisions.Explaining;

/// <summary>A logged decision made again.</summary>
/// <param name="Same">Whether everything came out as it was, scores and propensities to the bit.</param>
/// <param name="Placed">What came out now.</param>
internal sealed record Replay(bool Same, IReadOnlyList<Placement> Placed)
{
    public static Replay Of(LoggedFacts facts)
    {
        var arranger = new Arranger();
        arranger.Arrange(facts.Pool, facts.Slots, [.. facts.Rules.Select(r => r.Effect)], facts.Buying, facts.Explore, facts.Seed);
        return new(Equal(facts.Placed, arranger.Placed), [.. arranger.Placed]);
    }

    // Not by equality of floats, to which two kinds of nothing are the same.
    private static bool Equal(IReadOnlyList<Placement> one, IReadOnlyList<Placement> other)
    {
        if (one.Count != other.Count) return false;
        for (var i = 0; i < one.Count; i++)
            if (Bits(one[i]) != Bits(other[i])) return false;
        return true;
    }

    private static (int, int, PlacedBy, uint, uint) Bits(Placement p) =>
        (p.Candidate, p.Slot, p.By, BitConverter.SingleToUInt32Bits(p.Score), BitConverter.SingleToUInt32Bits(p.Propensity));
}
