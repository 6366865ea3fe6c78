using Personalization.Messages.Campaigns;

namespace Personalization.Messages.Deciding;

/// <summary>What is said where, and what is not.</summary>
/// <param name="Seats">By slot; null where nothing is said.</param>
/// <param name="Lost">Everything that would have been said, with its reason.</param>
internal sealed record Choice(IReadOnlyList<CompiledCampaign?> Seats, IReadOnlyList<Suppressed> Lost)
{
    /// <summary>Of those that have room; one that finds no slot takes none.</summary>
    public static Choice Of(Weighed weighed, IReadOnlyList<string> slots, CapRoom room)
    {
        var (seating, lost) = (new Seating(slots), new List<Suppressed>(weighed.Lost));
        foreach (var campaign in weighed.Intents)
        {
            if (room.Full(campaign) is { } cap) lost.Add(new(campaign, SuppressedBy.Cap, cap));
            else if (seating.Seat(campaign)) room.Take(campaign);
            else lost.Add(new(campaign, SuppressedBy.Outbid));
        }

        return new(seating.Seats, lost);
    }

    /// <summary>Where nobody knows how often they were told what: only what is said whatever was said before.</summary>
    public static Choice WithoutCaps(Weighed weighed, IReadOnlyList<string> slots)
    {
        var (seating, lost) = (new Seating(slots), new List<Suppressed>(weighed.Lost));
        foreach (var campaign in weighed.Intents)
        {
            if (!campaign.Transactional) lost.Add(new(campaign, SuppressedBy.Unavailable));
            else if (!seating.Seat(campaign)) lost.Add(new(campaign, SuppressedBy.Outbid));
        }

        return new(seating.Seats, lost);
    }
}
