using Personalization.Catalog;
using Personalization.Models;

namespace Personalization.Decisions.Candidates;

/// <summary>Fills in what is known of each candidate. The same numbers for the same hints, whichever engine asks.</summary>
public static class Describing
{
    /// <summary>A weight at which something counts as met as strongly as can be: a few purchases' worth.</summary>
    private const float StrongWeight = 255;

    /// <param name="pool">Of which candidates.</param>
    /// <param name="hints">What is known.</param>
    /// <param name="taste">What a model says.</param>
    /// <param name="shelf">What there is.</param>
    /// <param name="from">Those before it are described already.</param>
    public static void All(Pool pool, Hints hints, Taste taste, Shelf shelf, int from = 0)
    {
        var regional = from < pool.Count ? shelf.PopularIn(hints.Region) : null;
        for (var i = from; i < pool.Count; i++)
        {
            var place = pool.Places[i];
            if (place >= 0)
            {
                OfItem(pool, i, hints, shelf.Items[place]);
                pool.Set(Column.Popular, i, shelf.PopularityOf(place));
                pool.Set(Column.Trending, i, shelf.TrendOf(place));
                if (regional is not null && regional.TryGetValue(place, out var score)) pool.Set(Column.Regional, i, score);
                pool.Set(Column.Known, i, 1);
            }

            OfPerson(pool, i, hints);
            if (taste.Speaks) pool.Set(Column.Model, i, taste.Of(pool.Keys[i]));
        }
    }

    private static void OfItem(Pool pool, int i, Hints hints, DescribedItem item)
    {
        if (hints.Session.Key != 0 && item.Category == hints.Session) pool.Set(Column.Session, i, 1);
        if (hints.Terms.Count == 0) return;
        // Most of what describes an item is nothing that is known of the person: what is not there costs a look, and no more.
        var (searched, named) = (0f, 0f);
        if (hints.Terms.TryFind(item.Category.Key, out var category)) Of(pool, i, category, Column.Category, Column.SameCategory, ref searched, ref named);
        if (hints.Terms.TryFind(item.Brand.Key, out var brand)) Of(pool, i, brand, Column.Brand, Column.SameBrand, ref searched, ref named);
        if (hints.Terms.TryFind(item.PriceBand.Key, out var price))
        {
            pool.Set(Column.Price, i, price.Person);
            pool.Set(Column.SamePrice, i, price.Asked);
        }

        OfAttributes(pool, i, hints, item, ref searched, ref named);
        pool.Set(Column.Searched, i, Math.Min(1, searched));
        pool.Set(Column.Named, i, Math.Min(1, named));
    }

    private static void Of(Pool pool, int i, in TermHint hint, Column person, Column asked, ref float searched, ref float named)
    {
        pool.Set(person, i, hint.Person);
        pool.Set(asked, i, hint.Asked);
        (searched, named) = (searched + hint.Searched, named + hint.Named);
    }

    private static void OfAttributes(Pool pool, int i, Hints hints, DescribedItem item, ref float searched, ref float named)
    {
        var (person, asked, attributes) = (0f, 0f, item.Attributes);
        for (var a = 0; a < attributes.Count; a++)
            if (hints.Terms.TryFind(attributes[a].Key, out var one))
                (person, asked, searched, named) = (person + one.Person, asked + one.Asked, searched + one.Searched, named + one.Named);
        pool.Set(Column.Attribute, i, Math.Min(1, person));
        pool.Set(Column.SameAttributes, i, Math.Min(1, asked));
    }

    private static void OfPerson(Pool pool, int i, Hints hints)
    {
        var key = pool.Keys[i];
        if (hints.Items.Count > 0 && hints.Items.TryFind(key, out var with))
        {
            pool.Set(Column.Viewed, i, with.Viewed);
            pool.Set(Column.Bought, i, with.Bought);
            pool.Set(Column.Companion, i, Math.Min(1, with.Companion));
            pool.Set(Column.Complement, i, with.Complement);
        }

        OfMet(pool, i, hints);
    }

    /// <summary>What the person met or bought before; the rest may be the same for many.</summary>
    public static void OfMet(Pool pool, int i, Hints hints)
    {
        if (hints.Profile is not { } profile) return;
        var key = pool.Keys[i];
        if (profile.Recent.Met(new(key), hints.Now) is var (newness, weight))
        {
            pool.Set(Column.Seen, i, newness);
            pool.Set(Column.SeenStrongly, i, MathF.Log2(1 + Math.Clamp(weight, 0, StrongWeight)) / 8);
        }
        else pool.Set(Column.Fresh, i, hints.Novelty);

        if (hints.Vault is { } vault && vault.Purchases.Contains(new(key), hints.Now)) pool.Set(Column.Purchased, i, 1);
    }
}
