using Personalization.Messages.Caps;
using Personalization.Rules;

namespace Personalization.Messages.Campaigns;

/// <summary>What is wrong with a set of campaigns: the first field, by its path, and the reason. Null when nothing is.</summary>
public static class CampaignCheck
{
    public const int MaxId = 100;
    public const int MaxNote = 1000;
    public const int MaxContent = 200;
    public const int MaxSlots = 50;
    public const double MaxValue = 1_000_000;

    public static (string Field, string Reason)? Fault(CampaignSet set)
    {
        if (set.Note is { Length: > MaxNote }) return ("note", $"must have at most {MaxNote} characters");
        if (set.Campaigns is not { } campaigns) return ("campaigns", "is missing; an empty list takes every campaign out of force");
        if (campaigns.Count > CampaignSet.MaxCampaigns) return ("campaigns", $"must be at most {CampaignSet.MaxCampaigns}");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < campaigns.Count; i++)
        {
            if (campaigns[i] is not { } campaign) return ($"campaigns[{i}]", "is null; every element is a campaign");
            if ((Id(campaign.Id, ids) ?? Worth(campaign) ?? Place(campaign) ?? When(campaign) ?? CapCheck.OfCampaign(campaign)) is var (field, reason)) return ($"campaigns[{i}].{field}", reason);
        }

        return CapCheck.Shared(set.Caps) ?? (set.QuietHours is { } quiet ? QuietTime.Fault(quiet) : null);
    }

    internal static (string, string)? Id(string? id, HashSet<string> known) => id switch
    {
        null or { Length: 0 or > MaxId } => ("id", $"must have 1 to {MaxId} characters"),
        _ when !known.Add(id) => ("id", "is that of an earlier one"),
        _ => null,
    };

    internal static (string, string)? Channels(string field, IReadOnlyList<string>? channels)
    {
        if (RuleTexts.Fault(field, channels) is { } fault) return fault;
        for (var i = 0; i < channels?.Count; i++)
            if (MessageChannels.Of(channels[i]) is null) return ($"{field}[{i}]", $"must be one of {string.Join(", ", MessageChannels.Names)}");
        return null;
    }

    private static (string, string)? Worth(Campaign c) => c switch
    {
        _ when c.Value is not (> 0 and <= MaxValue) => ("value", $"must be more than 0 and at most {MaxValue}"),
        _ when c.Urgency is not (> 0 and <= 1) => ("urgency", "must be more than 0 and at most 1"),
        { Content.Length: > MaxContent } => ("content", $"must have at most {MaxContent} characters"),
        _ => null,
    };

    private static (string, string)? Place(Campaign c)
    {
        if ((Channels("channels", c.Channels) ?? RuleTexts.Fault("slots", c.Slots, MaxSlots, SlotNames.MaxLength)) is { } fault) return fault;
        for (var i = 0; i < c.Slots?.Count; i++)
            if (!SlotNames.Is(c.Slots[i])) return ($"slots[{i}]", SlotNames.Form);
        return null;
    }

    private static (string, string)? When(Campaign c)
    {
        const string Form = "must be a time with its offset, such as 2026-03-14T15:09:26Z";
        if (c.From is not null && RuleTexts.Time(c.From) is null) return ("from", Form);
        if (c.Until is not null && RuleTexts.Time(c.Until) is null) return ("until", Form);
        if (RuleTexts.Time(c.From) >= RuleTexts.Time(c.Until)) return ("until", "must be after from");
        if (c.When is not { } when) return null;
        if (RuleTexts.Fault("when.regions", when.Regions) is { } regions) return regions;
        for (var i = 0; i < when.Regions?.Count; i++)
            if (!Consent.Region.TryParse(when.Regions[i], out _)) return ($"when.regions[{i}]", "must be a country or part of one by ISO 3166, such as DE or US-CA");
        return RuleTexts.Fault("when.segments", when.Segments) ?? RuleTexts.Fault("when.devices", when.Devices);
    }
}
