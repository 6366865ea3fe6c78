using System.Collections.Frozen;

namespace Personalization.Catalog;

/// <summary>The items of one moment, found by id, and by key with the terms that describe them.</summary>
public sealed class CatalogueSnapshot(FrozenDictionary<string, Item> items)
{
    public static readonly CatalogueSnapshot Empty = new(FrozenDictionary<string, Item>.Empty);

    // Made when first asked for: a catalogue loaded in ten upserts needs only the last one's.
    private readonly Lazy<FrozenDictionary<ulong, DescribedItem>> described =
        new(() => items.Values.Select(DescribedItem.Of).DistinctBy(i => i.Key.Value).ToFrozenDictionary(i => i.Key.Value));

    private readonly Lazy<CatalogueTerms> terms = new(() => CatalogueTerms.Of(items.Values));

    public FrozenDictionary<string, Item> Items => items;

    public CatalogueTerms Terms => terms.Value;

    public CatalogueSnapshot With(IEnumerable<Item> changed)
    {
        var all = new Dictionary<string, Item>(items, StringComparer.Ordinal);
        foreach (var item in changed) all[item.Id] = item;
        return new(all.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public DescribedItem? Find(ItemKey key) => described.Value.GetValueOrDefault(key.Value);

    public string? CategoryOf(string item) => items.TryGetValue(item, out var found) ? found.Category : null;
}
