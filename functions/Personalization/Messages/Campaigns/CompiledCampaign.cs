using Personalization.Consent;
using Personalization.Messages.Caps;
using Personalization.Rules;

namespace Personalization.Messages.Campaigns;

/// <summary>A campaign as decisions read it.</summary>
public sealed class CompiledCampaign
{
    private readonly byte channels;
    private readonly string[] slots, devices;
    private readonly Region[] regions;
    private readonly ulong[] segments;
    private readonly DateTimeOffset from, until;
    private readonly CapLimit[][] caps;

    internal CompiledCampaign(Campaign c, IReadOnlyList<SharedCap> shared)
    {
        (Id, Content, Transactional, Value, Urgency) = (c.Id!, c.Content, c.Transactional, c.Value, c.Urgency);
        Score = Math.Round(c.Value * c.Urgency, 6);
        channels = MessageChannels.Bits(c.Channels, MessageChannels.All);
        (slots, devices) = ([.. c.Slots ?? []], [.. c.When?.Devices ?? []]);
        regions = [.. (c.When?.Regions ?? []).Select(r => Region.TryParse(r, out var region) ? region : Region.Unknown)];
        segments = [.. (c.When?.Segments ?? []).Select(CompiledRules.SegmentKey)];
        (from, until) = (RuleTexts.Time(c.From) ?? DateTimeOffset.MinValue, RuleTexts.Time(c.Until) ?? DateTimeOffset.MaxValue);
        caps = [.. Enum.GetValues<MessageChannel>().Select(channel => Transactional ? [] : Of(c, shared, channel))];
    }

    public string Id { get; }

    public string? Content { get; }

    public bool Transactional { get; }

    public double Value { get; }

    public double Urgency { get; }

    public double Score { get; }

    /// <summary>Whether who it is for depends on what is known of them.</summary>
    public bool Targeted => segments.Length > 0;

    /// <summary>What has to have room before it is shown there: its own caps, then those over all.</summary>
    public IReadOnlyList<CapLimit> Caps(MessageChannel channel) => caps[(int)channel];

    /// <summary>What has to be allowed before it is shown there. Where nothing is said of a person, their segments are not asked either.</summary>
    public Purposes Needs(MessageChannel channel) => Transactional
        ? Purposes.None
        : Purposes.Marketing | (channel == MessageChannel.ThirdParty ? Purposes.ThirdParty : Purposes.None) | (Targeted ? Purposes.Personalization : Purposes.None);

    public bool IsFor(MessageChannel channel) => MessageChannels.Holds(channels, channel);

    public bool Fits(string slot) => slots.Length == 0 || Array.IndexOf(slots, slot) >= 0;

    public bool Runs(DateTimeOffset at) => at >= from && at < until;

    public bool IsIn(Region place) => regions.Length == 0 || Array.Exists(regions, r => r == place || (r == r.Country && r == place.Country));

    public bool IsOn(string? device) => devices.Length == 0 || (device is not null && Array.Exists(devices, d => d.Equals(device, StringComparison.OrdinalIgnoreCase)));

    public bool Meets(ReadOnlySpan<ulong> segmentKeys) => segments.Length == 0 || segments.AsSpan().ContainsAny(segmentKeys);

    private static CapLimit[] Of(Campaign c, IReadOnlyList<SharedCap> shared, MessageChannel channel) =>
    [
        .. (c.Caps ?? []).Select(cap => CapLimit.OfCampaign(c.Id!, cap.Count, CapWindow.Period(cap.Per)!.Value)),
        .. shared.Where(s => MessageChannels.Holds(MessageChannels.Bits(s.Channels, MessageChannels.All), channel)).Select(s => CapLimit.OfAll(s.Id!, s.Count, CapWindow.Period(s.Per)!.Value)),
    ];
}
