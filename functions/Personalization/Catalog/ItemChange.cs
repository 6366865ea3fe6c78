using System.Text.Json.Serialization;

namespace Personalization.Catalog;

/// <summary>What changes of an item from one hour to the next; the rest of it stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ItemChange
{
    public string? Id { get; init; }
    public bool? Available { get; init; }
    public decimal? Price { get; init; }
    public string? Currency { get; init; }

    public Item Of(Item item) => item with { Available = Available ?? item.Available, Price = Price ?? item.Price, Currency = Currency ?? item.Currency };
}
