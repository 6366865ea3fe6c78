namespace Personalization.Catalog;

/// <summary>An item with its terms made once, as features need them. A term that is missing is the default.</summary>
public sealed record DescribedItem(Item Item, ItemKey Key, Term Category, Term Brand, Term PriceBand, IReadOnlyList<Term> Attributes)
{
    public static DescribedItem Of(Item item) => new(
        item, ItemKey.Of(item.Id), Term.Of(TermKind.Category, item.Category),
        item.Brand is { Length: > 0 } brand ? Term.Of(TermKind.Brand, brand) : default,
        Catalog.PriceBand.Of(item.Price, item.Currency) is { } band ? Term.Of(TermKind.PriceBand, band) : default,
        [.. Names(item).Where(n => n.Kind == TermKind.Attribute).Select(n => Term.Of(n.Kind, n.Name))]);

    /// <summary>Whether it is described by the same terms.</summary>
    public bool SaysTheSameAs(DescribedItem other) =>
        Category == other.Category && Brand == other.Brand && PriceBand == other.PriceBand && Attributes.SequenceEqual(other.Attributes);

    /// <summary>Everything an item says of itself, as people read it.</summary>
    public static IEnumerable<TermName> Names(Item item)
    {
        yield return new(TermKind.Category, item.Category);
        if (item.Brand is { Length: > 0 } brand) yield return new(TermKind.Brand, brand);
        if (Catalog.PriceBand.Of(item.Price, item.Currency) is { } band) yield return new(TermKind.PriceBand, band);
        foreach (var (name, value) in item.Attributes ?? new Dictionary<string, string>()) yield return new(TermKind.Attribute, $"{name}={value}");
    }
}
