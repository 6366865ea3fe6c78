using System.Collections.Frozen;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Popularity;

namespace Personalization.Decisions.Candidates;

/// <summary>
/// The catalogue as decisions read it: popularity by place, places by what describes them and the most popular first, ids as
/// they are written. Immutable; what an item costs and whether it can be had are read from the snapshot it goes with.
/// </summary>
public sealed class Shelf
{
    public static readonly Shelf Empty = new(CatalogueSnapshot.Empty, PopularItems.None, ShelfOrder.Of([], PopularItems.None), new([]));

    private readonly ShelfOrder order;
    private readonly ShelfTexts texts;

    private Shelf(CatalogueSnapshot items, PopularItems popular, ShelfOrder order, ShelfTexts texts) => (Items, Popular, this.order, this.texts) = (items, popular, order, texts);

    public CatalogueSnapshot Items { get; }

    public PopularItems Popular { get; }

    /// <summary>Items that have a place here; newer ones than that wait for the next shelf.</summary>
    public int Count => order.Ranked.Length;

    /// <summary>Every place, the most popular first. Equals in the order of their keys, which is the same in every process.</summary>
    public ReadOnlySpan<int> Ranked => order.Ranked;

    public ReadOnlySpan<int> Trending => order.Trending;

    /// <summary>Categories by number, the one that has the most popular item first.</summary>
    public ReadOnlySpan<Term> Groups => order.Groups;

    public static Shelf Of(CatalogueSnapshot items, PopularItems popular) => new(items, popular, ShelfOrder.Of(items.All, popular), new(items.All));

    /// <summary>The same for newer prices and availability, and until a new shelf is made also for newer items.</summary>
    public Shelf Over(CatalogueSnapshot newer) => new(newer, Popular, order, texts);

    public int PlaceOf(ItemKey key) => Items.PlaceOf(key) is var place && place < Count ? place : Pool.Nowhere;

    /// <summary>Places of a category or brand, the most popular first.</summary>
    public ReadOnlySpan<int> Of(Term term) => order.ByTerm.TryGetValue(term.Key, out var places) ? places : [];

    public ReadOnlySpan<int> In(Region region) => order.ByRegion.TryGetValue(region.Code, out var places) ? places.Places : [];

    /// <summary>A category's number; <see cref="Pool.NoGroup"/> for one that no item has.</summary>
    public ushort GroupOf(Term category) => order.Numbers.TryGetValue(category.Key, out var number) ? number : Pool.NoGroup;

    public ushort GroupOf(int place) => order.GroupOf[place];

    public float PopularityOf(int place) => order.Popularity[place];

    public float TrendOf(int place) => order.Trend[place];

    public FrozenDictionary<int, float>? PopularIn(Region region) => order.ByRegion.TryGetValue(region.Code, out var places) ? places.Scores : null;

    /// <summary>The segment of those who are drawn to a category above all: <c>category:</c> and its name.</summary>
    public ulong SegmentOf(ushort group) => order.Segments[group];

    /// <summary>An item's id, and its category, as JSON without the quotes.</summary>
    public ReadOnlySpan<byte> IdOf(int place) => texts.IdOf(place);

    public ReadOnlySpan<byte> CategoryOf(int place) => texts.CategoryOf(place);

    public bool CanBeShown(int place) => Items[place].Item.CanBeShown;

    /// <summary>Ids as they are written, all in one array: a hundred thousand small ones would be walked by every collection.</summary>
    private sealed class ShelfTexts
    {
        private readonly byte[] ids;
        private readonly int[] ends;
        private readonly byte[][] categories;

        public ShelfTexts(IReadOnlyList<DescribedItem> items)
        {
            var known = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            var all = new MemoryStream();
            (ends, categories) = (new int[items.Count], new byte[items.Count][]);
            for (var i = 0; i < items.Count; i++)
            {
                all.Write(JsonEncodedText.Encode(items[i].Item.Id).EncodedUtf8Bytes);
                ends[i] = (int)all.Length;
                if (!known.TryGetValue(items[i].Item.Category, out var category)) known[items[i].Item.Category] = category = JsonEncodedText.Encode(items[i].Item.Category).EncodedUtf8Bytes.ToArray();
                categories[i] = category;
            }

            ids = all.ToArray();
        }

        public ReadOnlySpan<byte> IdOf(int place) => ids.AsSpan((place == 0 ? 0 : ends[place - 1])..ends[place]);

        public ReadOnlySpan<byte> CategoryOf(int place) => categories[place];
    }
}
