using Personalization.Catalog;
using Personalization.Popularity;

namespace Personalization.Decisions.Candidates;

/// <summary>
/// The shelf of now. A small catalogue is shelved anew by the first decision that finds it changed; a large one in the
/// background, while prices and availability are already those of now.
/// </summary>
public sealed class Shelves(Catalogue catalogue, PopularityRanking popularity)
{
    /// <summary>Items that are shelved in about two milliseconds.</summary>
    private const int Small = 5000;

    private readonly Lock gate = new();
    private volatile Shelf current = Shelf.Empty;
    private int making;

    public Shelf Now
    {
        get
        {
            var (items, popular, shelf) = (catalogue.Now, popularity.Now, current);
            return ReferenceEquals(shelf.Items, items) && ReferenceEquals(shelf.Popular, popular) ? shelf : Newer(items, popular);
        }
    }

    /// <summary>The shelf with all that there is by now, however long that takes.</summary>
    public Shelf Whole() => Make(catalogue.Now, popularity.Now);

    private Shelf Newer(CatalogueSnapshot items, PopularItems popular)
    {
        var shelf = current;
        var samePopular = ReferenceEquals(shelf.Popular, popular);
        if (samePopular && items.DescribesAs(shelf.Items)) return Keep(shelf.Over(items));
        if (shelf.Count == 0 || items.All.Count <= Small) return Make(items, popular);
        if (Interlocked.Exchange(ref making, 1) == 0) _ = Task.Run(MakeBeside);
        // Where items have other places now, the shelf's orders are of other items: then it serves as a whole until there is the next.
        return ReferenceEquals(shelf.Items, items) || !items.KeepsPlacesOf(shelf.Items) ? shelf : shelf.Over(items);
    }

    private void MakeBeside()
    {
        try { Make(catalogue.Now, popularity.Now); }
        finally { Volatile.Write(ref making, 0); }
    }

    private Shelf Make(CatalogueSnapshot items, PopularItems popular)
    {
        lock (gate)
        {
            var shelf = current;
            if (ReferenceEquals(shelf.Items, items) && ReferenceEquals(shelf.Popular, popular)) return shelf;
            return current = Shelf.Of(items, popular);
        }
    }

    private Shelf Keep(Shelf newer)
    {
        lock (gate) return ReferenceEquals(current.Items, newer.Items) ? current : current = newer;
    }
}
