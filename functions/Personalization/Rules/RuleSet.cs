using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Publishing;

namespace Personalization.Rules;

/// <summary>What marketers publish: a list of rules, as sent and as kept.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RuleSet : IPublishedSet<RuleSet>
{
    public const int MaxRules = 500;

    public static RuleSet None { get; } = new() { Rules = [] };

    public string? Note { get; init; }

    public IReadOnlyList<Rule>? Rules { get; init; }

    public int Count() => Rules!.Count;

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.RuleSet);

    public static RuleSet? Read(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.RuleSet) is { } read && RuleCheck.Fault(read) is null ? read : null;
}

/// <summary>What is to happen, when, and to which items. Of a list any entry may hold; of different members all must.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Rule
{
    public string? Id { get; init; }

    /// <summary>One of <see cref="RuleKinds.Names"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Higher ones come first; of equal ones the lower id.</summary>
    public int Priority { get; init; }

    public RuleConditions? When { get; init; }
    public RuleItems? Items { get; init; }

    /// <summary>Where the first of the pinned items stands, from 1; the others follow it.</summary>
    public int? Position { get; init; }

    /// <summary>How much a boost or promotion adds.</summary>
    public double? By { get; init; }

    /// <summary>How many of one category a slot holds at most.</summary>
    public int? Most { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RuleConditions
{
    public IReadOnlyList<string>? Engines { get; init; }
    public IReadOnlyList<string>? Slots { get; init; }

    /// <summary>ISO 3166; a country stands for all of its parts.</summary>
    public IReadOnlyList<string>? Regions { get; init; }

    public IReadOnlyList<string>? Segments { get; init; }
    public IReadOnlyList<string>? Channels { get; init; }
    public IReadOnlyList<string>? Devices { get; init; }

    /// <summary>The first moment, with its offset.</summary>
    public string? From { get; init; }

    /// <summary>The first moment no more.</summary>
    public string? Until { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RuleItems
{
    public IReadOnlyList<string>? Ids { get; init; }
    public IReadOnlyList<string>? Categories { get; init; }
    public IReadOnlyList<string>? Brands { get; init; }

    /// <summary>Names and values, all of which an item must have.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    public decimal? PriceFrom { get; init; }

    /// <summary>The highest price that is meant.</summary>
    public decimal? PriceTo { get; init; }

    public string? Currency { get; init; }
}
