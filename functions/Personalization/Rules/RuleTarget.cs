using System.Collections.Frozen;
using Personalization.Catalog;

namespace Personalization.Rules;

/// <summary>Which items a rule speaks of, as keys. A member that is null asks for nothing.</summary>
internal sealed class RuleTarget
{
    // Up to so many a row of keys is searched faster than a table.
    private const int Few = 8;

    private readonly ulong[]? ids, categories, brands, attributes;
    private readonly FrozenSet<ulong>? manyIds;
    private readonly RuleItems said;
    private readonly bool priced;

    public RuleTarget(RuleItems? items)
    {
        said = items ?? new();
        ids = said.Ids?.Select(i => ItemKey.Of(i).Value).ToArray();
        manyIds = ids is { Length: > Few } ? ids.ToFrozenSet() : null;
        categories = said.Categories?.Select(c => Term.Of(TermKind.Category, c).Key).ToArray();
        brands = said.Brands?.Select(b => Term.Of(TermKind.Brand, b).Key).ToArray();
        attributes = said.Attributes?.Select(a => Term.Of(TermKind.Attribute, $"{a.Key}={a.Value}").Key).ToArray();
        priced = said.Currency is not null;
    }

    /// <summary>Whether an item nothing is known of but its id can be judged.</summary>
    public bool ByIdAlone => ids is not null && categories is null && brands is null && attributes is null && !priced;

    /// <summary>The one category it asks for, where it asks for nothing else; no item has the key 0.</summary>
    public ulong? CategoryAlone => categories is [var one] && ids is null && brands is null && attributes is null && !priced ? one : null;

    public bool SpeaksOf(ItemKey key) => ids is null || (manyIds is null ? IsIn(ids, key.Value) : manyIds.Contains(key.Value));

    public bool SpeaksOf(DescribedItem item) =>
        (categories is null || IsIn(categories, item.Category.Key)) && (brands is null || IsIn(brands, item.Brand.Key))
        && SpeaksOf(item.Key) && (attributes is null || Has(item)) && (!priced || Costs(item.Item));

    /// <summary>Whether both name the same item, category, brand or attribute, and nothing else keeps them apart.</summary>
    public bool NamesWhat(RuleTarget other)
    {
        bool?[] shared = [Shared(ids, other.ids), Shared(categories, other.categories), Shared(brands, other.brands)];
        return (shared.Contains(true) || Shared(attributes, other.attributes) == true) && !shared.Contains(false) && PricesMeet(other.said);
    }

    private bool Has(DescribedItem item)
    {
        foreach (var wanted in attributes!)
        {
            var found = false;
            for (var i = 0; i < item.Attributes.Count && !found; i++) found = item.Attributes[i].Key == wanted;
            if (!found) return false;
        }

        return true;
    }

    private bool Costs(Item item) => item.Price is { } price && item.Currency == said.Currency && !(price < said.PriceFrom) && !(price > said.PriceTo);

    private bool PricesMeet(RuleItems other) =>
        said.Currency is null || other.Currency is null || (said.Currency == other.Currency && !(said.PriceFrom > other.PriceTo) && !(other.PriceFrom > said.PriceTo));

    // Null where one of them asks for nothing.
    private static bool? Shared(ulong[]? one, ulong[]? other) => one is null || other is null ? null : one.AsSpan().ContainsAny(other);

    private static bool IsIn(ulong[] keys, ulong key)
    {
        foreach (var known in keys)
            if (known == key) return true;
        return false;
    }
}
