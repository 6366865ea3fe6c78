using Personalization.Messages.Campaigns;

namespace Personalization.Messages.Deciding;

/// <summary>
/// Who is shown where. Those worth most choose first, and one that is seated may be moved to another slot it fits, never out: a
/// greedy choice with augmenting paths, so that the sum of what is shown is the largest there is (slots are few, at most twenty).
/// </summary>
internal sealed class Seating(IReadOnlyList<string> slots)
{
    private readonly CompiledCampaign?[] seats = new CompiledCampaign?[slots.Count];

    /// <summary>By slot; null for one in which nothing is said.</summary>
    public IReadOnlyList<CompiledCampaign?> Seats => seats;

    /// <summary>False where neither a slot is free nor one can be made free.</summary>
    public bool Seat(CompiledCampaign campaign) => Seat(campaign, new bool[slots.Count]);

    private bool Seat(CompiledCampaign campaign, bool[] tried)
    {
        for (var s = 0; s < seats.Length; s++)
            if (seats[s] is null && campaign.Fits(slots[s]))
            {
                seats[s] = campaign;
                return true;
            }

        for (var s = 0; s < seats.Length; s++)
        {
            if (tried[s] || !campaign.Fits(slots[s])) continue;
            tried[s] = true;
            if (!Seat(seats[s]!, tried)) continue;
            seats[s] = campaign;
            return true;
        }

        return false;
    }
}
