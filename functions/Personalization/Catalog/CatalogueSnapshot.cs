using System.Collections.Frozen;

namespace Personalization.Catalog;

/// <summary>The items of one moment with the terms that describe them, found by key. Changing what is there copies one array; only a new item costs an index.</summary>
public sealed class CatalogueSnapshot
{
    public static readonly CatalogueSnapshot Empty = new(FrozenDictionary<ulong, int>.Empty, [], new());

    private readonly FrozenDictionary<ulong, int> places;

    // The same object in every snapshot that was made of the same beginning: in these each item has the same place.
    private readonly object origin;
    private readonly DescribedItem[] items;

    // Made when first asked for: a catalogue loaded in ten upserts needs only the last one's.
    private readonly Lazy<CatalogueTerms> terms;

    private CatalogueSnapshot(FrozenDictionary<ulong, int> places, DescribedItem[] items, object origin, Lazy<CatalogueTerms>? terms = null) =>
        (this.places, this.items, this.origin, this.terms) = (places, items, origin, terms ?? new(() => CatalogueTerms.Of(items.Select(i => i.Item))));

    /// <summary>Every item, in the order they came.</summary>
    public IReadOnlyList<DescribedItem> All => items;

    public CatalogueTerms Terms => terms.Value;

    public CatalogueSnapshot With(IEnumerable<Item> changed)
    {
        var described = changed.Select(DescribedItem.Of).ToList();
        return described.TrueForAll(i => places.ContainsKey(i.Key.Value)) ? WithKnown(described) : WithNew(described);
    }

    /// <summary>What a store has of all items by now: those there are keep their places, unless one of them is gone.</summary>
    public CatalogueSnapshot Replaced(IReadOnlyList<Item> all)
    {
        var left = all.Select(i => ItemKey.Of(i.Id).Value).ToHashSet();
        return Array.TrueForAll(items, i => left.Contains(i.Key.Value)) ? With(all) : Empty.With(all);
    }

    /// <summary>Where an item stands in <see cref="All"/>; it stays there in every snapshot that is made of this one by <see cref="With"/>. Less than 0 for one that is unknown.</summary>
    public int PlaceOf(ItemKey key) => places.TryGetValue(key.Value, out var place) ? place : -1;

    public DescribedItem this[int place] => items[place];

    /// <summary>Whether an item that is in both stands at the same place in both.</summary>
    public bool KeepsPlacesOf(CatalogueSnapshot other) => ReferenceEquals(origin, other.origin);

    /// <summary>Whether both hold the same items described by the same terms, though price or availability may differ.</summary>
    public bool DescribesAs(CatalogueSnapshot other) => ReferenceEquals(places, other.places) && ReferenceEquals(terms, other.terms);

    public DescribedItem? Find(ItemKey key) => places.TryGetValue(key.Value, out var place) ? items[place] : null;

    public DescribedItem? Find(string id) => id.Length <= ItemCheck.MaxId && Find(ItemKey.Of(id)) is { } found && found.Item.Id == id ? found : null;

    /// <summary>A price or an availability: the words of the catalogue stay unless an item is described by others.</summary>
    private CatalogueSnapshot WithKnown(List<DescribedItem> changed)
    {
        var all = (DescribedItem[])items.Clone();
        var same = true;
        foreach (var item in changed)
        {
            ref var place = ref all[places[item.Key.Value]];
            if (place.Item.Id != item.Item.Id) continue; // another item's key, once in thirty million catalogues
            same &= place.SaysTheSameAs(item);
            place = item;
        }

        return new(places, all, origin, same ? terms : null);
    }

    private CatalogueSnapshot WithNew(List<DescribedItem> changed)
    {
        var all = items.ToDictionary(i => i.Key.Value);
        foreach (var item in changed)
            if (!all.TryGetValue(item.Key.Value, out var known) || known.Item.Id == item.Item.Id) all[item.Key.Value] = item;
        var ordered = all.Values.ToArray();
        return new(ordered.Index().ToFrozenDictionary(i => i.Item.Key.Value, i => i.Index), ordered, items.Length == 0 ? new() : origin);
    }
}
