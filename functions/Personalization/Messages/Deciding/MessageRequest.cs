using System.Text.Json.Serialization;
using Personalization.Events;

namespace Personalization.Messages.Deciding;

/// <summary>What a frontend or sender asks for: what to say to somebody in these slots.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record MessageRequest
{
    public const int MaxSlots = 20;
    public const int MaxDevice = 64;

    /// <summary>How far ahead a sender may ask.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(7);

    /// <summary>Clocks differ.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromMinutes(1);

    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(MessageRequest);

    public string? User { get; init; }
    public string? Visitor { get; init; }
    public string? Channel { get; init; }
    public IReadOnlyList<string>? Slots { get; init; }
    public RequestContext? Context { get; init; }

    /// <summary>When it will be shown, where that is not now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What is wrong, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault(DateTimeOffset now)
    {
        if (User is null && Visitor is null) return ("visitor", "is missing; a message is for a user or a visitor");
        if (MessageChannels.Of(Channel) is null) return ("channel", $"must be one of {string.Join(", ", MessageChannels.Names)}");
        if (Slots is not { Count: > 0 and <= MaxSlots }) return ("slots", $"must hold 1 to {MaxSlots} names");
        for (var i = 0; i < Slots.Count; i++)
        {
            if (!SlotNames.Is(Slots[i])) return ($"slots[{i}]", SlotNames.Form);
            if (Slots.Take(i).Contains(Slots[i], StringComparer.Ordinal)) return ($"slots[{i}]", "is in the list already");
        }

        if (Context is { Region: { } region } && !Consent.Region.TryParse(region, out _)) return ("context.region", "must be a code of ISO 3166, such as DE or US-CA");
        if (Context is { Device.Length: 0 or > MaxDevice }) return ("context.device", $"must have 1 to {MaxDevice} characters");
        if (Context is { Channel: not null }) return ("context.channel", "is said by channel");
        return At < now - Behind || At > now + Ahead ? ("at", "must be between now and seven days from now") : null;
    }
}
