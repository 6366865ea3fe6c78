using System.Text.Json.Serialization;

namespace Personalization.Catalog;

/// <summary>Something that can be shown or sold.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Item
{
    public string Id { get; init; } = "";
    public string Category { get; init; } = "";
    public string? Brand { get; init; }
    public decimal? Price { get; init; }
    public string? Currency { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
    public bool? Available { get; init; }

    [JsonIgnore]
    public bool CanBeShown => Available is not false;
}
