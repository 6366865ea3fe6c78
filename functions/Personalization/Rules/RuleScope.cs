using Personalization.Consent;

namespace Personalization.Rules;

/// <summary>When a rule holds, as keys. An empty list asks for nothing.</summary>
internal sealed class RuleScope
{
    // Every engine, one bit each.
    private const byte AnyEngine = 0xFF;

    private readonly byte engines;
    private readonly Region[] regions;
    private readonly ulong[] segments, channels, devices;

    public RuleScope(RuleConditions? when)
    {
        engines = when?.Engines is { } named ? (byte)named.Aggregate(0, (bits, name) => bits | (1 << (int)RuleKinds.Engine(name)!.Value)) : AnyEngine;
        regions = [.. (when?.Regions ?? []).Select(r => Region.TryParse(r, out var region) ? region : Region.Unknown)];
        segments = [.. (when?.Segments ?? []).Select(CompiledRules.SegmentKey)];
        channels = Keys(when?.Channels);
        devices = Keys(when?.Devices);
        Slots = Keys(when?.Slots);
        From = RuleTexts.Time(when?.From)?.UtcTicks ?? long.MinValue;
        Until = RuleTexts.Time(when?.Until)?.UtcTicks ?? long.MaxValue;
    }

    public ulong[] Slots { get; }

    /// <summary>In UTC ticks.</summary>
    public long From { get; }

    /// <summary>The same, and not this one any more.</summary>
    public long Until { get; }

    public bool Holds(in RuleContext context, long now) =>
        (engines & (1 << (int)context.Engine)) != 0 && now >= From && now < Until
        && (regions.Length == 0 || Covers(context.Region))
        && (segments.Length == 0 || segments.AsSpan().ContainsAny(context.Segments))
        && (channels.Length == 0 || (context.Channel != 0 && channels.AsSpan().Contains(context.Channel)))
        && (devices.Length == 0 || (context.Device != 0 && devices.AsSpan().Contains(context.Device)));

    /// <summary>Whether there can be a request, and a slot, for which both hold. Anybody may be in any two segments.</summary>
    public bool CanHoldWith(RuleScope other) =>
        (engines & other.engines) != 0 && From < other.Until && other.From < Until
        && Meet(Slots, other.Slots) && Meet(channels, other.channels) && Meet(devices, other.devices)
        && (regions.Length == 0 || other.regions.Length == 0 || Array.Exists(regions, other.Covers) || Array.Exists(other.regions, Covers));

    private bool Covers(Region place)
    {
        foreach (var region in regions)
            if (region == place || (region == region.Country && region == place.Country)) return true;
        return false;
    }

    private static bool Meet(ulong[] one, ulong[] other) => one.Length == 0 || other.Length == 0 || one.AsSpan().ContainsAny(other);

    private static ulong[] Keys(IReadOnlyList<string>? names) => [.. (names ?? []).Select(CompiledRules.KeyOf)];
}
