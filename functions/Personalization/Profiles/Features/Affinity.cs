using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>The features "affinity": how much someone is drawn to a category, a brand, a price band or a declared attribute, fading.</summary>
public sealed class Affinity(FeatureDefinition definition, TermKind kind, int kept, TimeSpan halfLife) : IFeature
{
    /// <summary>Attributes of one item that are looked at: a page-long description must not push out everything else.</summary>
    private const int MaxAttributes = 8;

    public static readonly FeatureDefinition Category = Declare(1, "category-affinity", "How much someone is drawn to a category", CategoriesKept);
    public static readonly FeatureDefinition Brand = Declare(2, "brand-affinity", "How much someone is drawn to a brand", BrandsKept);
    public static readonly FeatureDefinition PriceBand = Declare(3, "price-affinity", "Which prices someone is drawn to", PriceBandsKept);
    public static readonly FeatureDefinition Attribute = Declare(4, "attribute-affinity", "Which declared attributes someone is drawn to", AttributesKept);

    private const int CategoriesKept = 12;
    private const int BrandsKept = 10;
    private const int PriceBandsKept = 6;
    private const int AttributesKept = 16;

    private readonly float fades = (float)halfLife.TotalSeconds;
    private readonly WeightedKeys terms = new(kept);

    public FeatureDefinition Definition => definition;

    /// <summary>One of each.</summary>
    public static Affinity OfCategories() => new(Category, TermKind.Category, CategoriesKept, TimeSpan.FromDays(7));

    public static Affinity OfBrands() => new(Brand, TermKind.Brand, BrandsKept, TimeSpan.FromDays(14));

    public static Affinity OfPriceBands() => new(PriceBand, TermKind.PriceBand, PriceBandsKept, TimeSpan.FromDays(30));

    public static Affinity OfAttributes() => new(Attribute, TermKind.Attribute, AttributesKept, TimeSpan.FromDays(14));

    public void Apply(FeatureInput e)
    {
        if (e.Weight == 0) return;
        foreach (var item in e.Items)
        {
            if (item is null) continue;
            if (kind == TermKind.Attribute)
                for (var i = 0; i < Math.Min(item.Attributes.Count, MaxAttributes); i++) Add(item.Attributes[i], e);
            else Add(kind switch { TermKind.Category => item.Category, TermKind.Brand => item.Brand, _ => item.PriceBand }, e);
        }
    }

    public void Join(IFeature other) => terms.Join(((Affinity)other).terms, fades);

    public IEnumerable<FeatureAttribute> Attributes(uint now) => terms.Attributes("weight", KeyKind.Term, now, fades, definition.ExpirySeconds);

    public void Expire(uint now) => terms.Expire(now, definition.ExpirySeconds);

    public void Clear() => terms.Clear();

    public bool Read(ReadOnlySpan<byte> section) => terms.Read(section);

    public int Write(Span<byte> into) => terms.Write(into);

    /// <summary>How strong it is now; 0 where nothing is known.</summary>
    public float Of(Term term, uint now) => terms.IndexOf(term.Key) is >= 0 and var i ? terms.ValueAt(i, now, fades, definition.ExpirySeconds) : 0;

    /// <summary>Each term's part of the whole, for those that speak for it; says how many.</summary>
    public int Shares(uint now, Span<TermShare> into)
    {
        var (n, sum) = (0, 0f);
        for (var i = 0; i < terms.Count && n < into.Length; i++)
        {
            var value = terms.ValueAt(i, now, fades, definition.ExpirySeconds);
            if (value <= 0) continue;
            into[n++] = new(new(terms.Keys[i]), value);
            sum += value;
        }

        for (var i = 0; i < n; i++) into[i] = into[i] with { Share = into[i].Share / sum };
        return n;
    }

    private void Add(Term term, FeatureInput e)
    {
        if (term.Key != 0) terms.Add(term.Key, e.Weight, e.At, fades, e.Origin);
    }

    private static FeatureDefinition Declare(byte number, string name, string about, int kept) => new(
        number, name, "profiles", about, TimeSpan.FromSeconds(2), Purposes.Personalization, Sensitivity.Pseudonymous,
        TimeSpan.FromDays(30), kept * WeightedKeys.EntryBytes, FeaturePlace.Profile,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.RemoveFromCart, EventType.Rate);
}

/// <summary>A term and its part of a whole.</summary>
public readonly record struct TermShare(Term Term, float Share);
