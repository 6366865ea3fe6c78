using Personalization.Catalog;

namespace Personalization.Vault;

/// <summary>What the vault holds of a person, in words.</summary>
public sealed class VaultReport(Catalogue catalogue, TimeProvider time)
{
    public VaultContent Of(VaultFeatures features)
    {
        var now = (uint)time.GetUtcNow().ToUnixTimeSeconds();
        var items = new ulong[Purchases.Kept];
        var known = catalogue.Now;
        var bought = items.Take(features.Purchases.Items(now, items)).Select(k => known.Find(new ItemKey(k))?.Item.Id ?? "no longer in the catalogue");
        var region = features.Locations.Usual(now).ToString();
        return new(
            features.Purchases.Last(now) is { } last ? new(DateTimeOffset.FromUnixTimeSeconds(last), features.Purchases.Frequency(now), features.Purchases.Value(now), [.. bought]) : null,
            [.. features.Searches.All(now).Select(s => (Name: known.Terms.NameOf(s.Term), s.Share)).Where(s => s.Name is not null).Select(s => new SearchedFor(s.Name!.Value.Kind.ToString(), s.Name.Value.Name, Math.Round(s.Share, 3)))],
            region.Length == 0 ? null : region);
    }
}

public sealed record VaultContent(PurchaseHabit? Purchases, IReadOnlyList<SearchedFor> Searches, string? Region);

/// <param name="Last">When they last bought.</param>
/// <param name="Frequency">Purchases, fading by half every 30 days.</param>
/// <param name="Value">Money, fading likewise.</param>
/// <param name="Items">What they bought lately.</param>
public sealed record PurchaseHabit(DateTimeOffset Last, double Frequency, double Value, IReadOnlyList<string> Items);

public sealed record SearchedFor(string Kind, string Name, double Share);
