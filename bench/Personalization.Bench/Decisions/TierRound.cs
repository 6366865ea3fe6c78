using System.Globalization;
using Personalization.Decisions;

namespace Personalization.Bench.Decisions;

/// <summary>What came of asking everybody once.</summary>
internal sealed class TierRound
{
    private readonly int[] tiers = new int[3];
    private double clicks, known, micro;
    private long bytes;
    private int count;

    public void Cost(TimeSpan processor, long allocated, int decisions) => (micro, bytes) = (processor.TotalMicroseconds / decisions, allocated / decisions);

    public void Add(Decision d, Tastes person)
    {
        tiers[(int)d.Tier]++;
        count++;
        var (sum, slot, place) = (0.0, -1, 0);
        foreach (var placed in d.Placed)
        {
            if (placed.Slot != slot) (slot, place) = (placed.Slot, 0);
            sum += person.Clicks(d.Pool.Places[placed.Candidate]) / Math.Log2(++place + 1);
        }

        clicks += sum;
        if (person.Profile is not null) known += sum;
    }

    public string Row(string load, string on, TierRound off) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {load} | {on} | {Share(0):p0} | {Share(1):p0} | {Share(2):p0} | {micro:f1} | {bytes} | {1 - (clicks / off.clicks):p2} | {1 - (known / off.known):p2} |");

    private double Share(int tier) => (double)tiers[tier] / count;
}
