using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Publishing;

namespace Personalization.Messages.Campaigns;

/// <summary>What marketers publish: what may be said, and how often anything may be. As sent and as kept.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignSet : IPublishedSet<CampaignSet>
{
    public const int MaxCampaigns = 200;

    public static CampaignSet None { get; } = new() { Campaigns = [] };

    public string? Note { get; init; }

    public IReadOnlyList<Campaign>? Campaigns { get; init; }

    /// <summary>Caps over all campaigns together.</summary>
    public IReadOnlyList<SharedCap>? Caps { get; init; }

    public QuietHours? QuietHours { get; init; }

    public int Count() => Campaigns!.Count;

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.CampaignSet);

    public static CampaignSet? Read(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.CampaignSet) is { } read && CampaignCheck.Fault(read) is null ? read : null;
}

/// <summary>One thing to say, where and when, and what it is worth. Of a list any entry may hold; of different members all must.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Campaign
{
    public string? Id { get; init; }
    public IReadOnlyList<string>? Channels { get; init; }
    public IReadOnlyList<string>? Slots { get; init; }

    /// <summary>What being told is worth for a customer.</summary>
    public double Value { get; init; }

    /// <summary>How much of it is lost by telling later.</summary>
    public double Urgency { get; init; }

    /// <summary>The first moment, with its offset.</summary>
    public string? From { get; init; }

    /// <summary>The first moment no more.</summary>
    public string? Until { get; init; }

    public CampaignConditions? When { get; init; }

    /// <summary>Part of something the person asked for, such as an order: needs no consent and knows no caps or quiet hours.</summary>
    public bool Transactional { get; init; }

    public IReadOnlyList<CampaignCap>? Caps { get; init; }

    /// <summary>What it is for the frontend or sender; says nothing here.</summary>
    public string? Content { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignConditions
{
    /// <summary>ISO 3166; a country stands for all of its parts.</summary>
    public IReadOnlyList<string>? Regions { get; init; }

    public IReadOnlyList<string>? Segments { get; init; }
    public IReadOnlyList<string>? Devices { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CampaignCap
{
    public int Count { get; init; }
    public string? Per { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SharedCap
{
    public string? Id { get; init; }

    /// <summary>What is shown elsewhere neither counts nor is held back.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    public int Count { get; init; }
    public string? Per { get; init; }
}

/// <summary>When nobody is to be disturbed, by the clock on one wall.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record QuietHours
{
    public string? From { get; init; }
    public string? Until { get; init; }

    /// <summary>IANA; UTC where it is left out.</summary>
    public string? Zone { get; init; }

    public IReadOnlyList<string>? Channels { get; init; }
}
