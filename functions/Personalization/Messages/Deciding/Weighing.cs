using Personalization.Consent;
using Personalization.Messages.Campaigns;

namespace Personalization.Messages.Deciding;

/// <summary>What a decision is made of, apart from caps.</summary>
/// <param name="Channel">Where.</param>
/// <param name="Slots">Which places there are.</param>
/// <param name="Region">Where the person is.</param>
/// <param name="Device">What on; null where nobody says.</param>
/// <param name="At">When it will be shown.</param>
/// <param name="Allowed">What may be done for them.</param>
/// <param name="Segments">Keys of what they belong to.</param>
/// <param name="Known">Whether the person could be read at all.</param>
/// <param name="HeldOut">Whether they are of those for whom nothing that is known of them is used.</param>
public sealed record Weighing(
    MessageChannel Channel, IReadOnlyList<string> Slots, Region Region, string? Device, DateTimeOffset At, Purposes Allowed, ReadOnlyMemory<ulong> Segments, bool Known, bool HeldOut)
{
    /// <summary>
    /// Value × urgency × consent: what may be said at all, worth most first and of equals the lower id, and what may not with its
    /// reason. Campaigns for other channels or slots are in neither.
    /// </summary>
    public Weighed Of(CompiledCampaigns campaigns)
    {
        var (intents, lost) = (new List<CompiledCampaign>(), new List<Suppressed>());
        foreach (var c in campaigns.All)
        {
            if (!c.IsFor(Channel) || !Slots.Any(c.Fits)) continue;
            if (Against(c, campaigns.Quiet) is { } reason) lost.Add(reason);
            else intents.Add(c);
        }

        return new(intents, lost);
    }

    /// <summary>The first that speaks against it, what is cheapest to mend last.</summary>
    private Suppressed? Against(CompiledCampaign c, QuietTime? quiet)
    {
        if (!c.Runs(At)) return new(c, SuppressedBy.NotNow);
        if (!c.IsIn(Region)) return new(c, SuppressedBy.Region);
        if (!c.IsOn(Device)) return new(c, SuppressedBy.Device);
        if (!c.Transactional && !Known) return new(c, SuppressedBy.Unavailable);
        if ((c.Needs(Channel) & ~Allowed) is not Purposes.None and var missing) return new(c, SuppressedBy.NoConsent, PurposeNames.First(missing)) { Missing = missing };
        if (c.Targeted && HeldOut) return new(c, SuppressedBy.HeldOut);
        if (!c.Meets(Segments.Span)) return new(c, SuppressedBy.Segment);
        return !c.Transactional && quiet?.Holds(Channel, At) == true ? new(c, SuppressedBy.QuietHours) : null;
    }
}

/// <param name="Intents">In the order in which they get what they want.</param>
/// <param name="Lost">In the same order.</param>
public sealed record Weighed(IReadOnlyList<CompiledCampaign> Intents, IReadOnlyList<Suppressed> Lost);
