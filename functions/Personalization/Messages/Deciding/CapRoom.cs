using Personalization.Identity;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;

namespace Personalization.Messages.Deciding;

/// <summary>What room there is under the caps, less what this decision takes.</summary>
internal sealed class CapRoom(CapSheet sheet, IReadOnlyList<Subject> members, MessageChannel channel, DateTimeOffset at, DateTimeOffset now)
{
    public const string TooMany = "too-many";

    private readonly Dictionary<CapPlace, int> used = [];
    private int taken;

    /// <summary>The id of the first cap without room; null where all have some.</summary>
    public string? Full(CompiledCampaign campaign)
    {
        foreach (var cap in campaign.Caps(channel))
            if (Used(Place(cap, at)) >= cap.Count) return cap.Id;
        return campaign.Caps(channel).Count > 0 && sheet.Reservations.Count + taken >= CapSheet.MaxReservations ? TooMany : null;
    }

    public void Take(CompiledCampaign campaign)
    {
        foreach (var place in Places(campaign, channel, at)) used[place] = Used(place) + 1;
        taken++;
    }

    public static IReadOnlyList<CapPlace> Places(CompiledCampaign campaign, MessageChannel channel, DateTimeOffset at) => [.. campaign.Caps(channel).Select(cap => Place(cap, at))];

    private static CapPlace Place(CapLimit cap, DateTimeOffset at) => new(cap.Key, CapWindow.Of(cap.Per, at));

    private int Used(CapPlace place)
    {
        if (!used.TryGetValue(place, out var count)) used[place] = count = sheet.Used(members, place.Cap, place.Window, now);
        return count;
    }
}
