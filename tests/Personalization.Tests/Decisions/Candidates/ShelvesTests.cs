using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Catalog;
using Personalization.Decisions.Candidates;
using Personalization.Popularity;
using Personalization.Tests.Decisions;

namespace Personalization.Tests.Decisions.Candidates;

/// <summary>A large catalogue that is read again, in whatever order, while its shelf is being made.</summary>
public sealed class ShelvesTests
{
    private const int Many = 6000;

    private readonly ManualClock clock = new();

    [Fact]
    public async Task An_item_is_itself_also_after_the_catalogue_was_read_again_in_another_order()
    {
        await using var storage = InMemory.Storage(clock);
        var catalogue = new Catalogue(storage.Documents, clock, new(TimeSpan.FromSeconds(5)));
        // As a shop sends them, which is not as a store lists them.
        await catalogue.Upsert([.. Enumerable.Range(0, Many).Select(n => Made.Item(Id(Many - n), $"c{n % 7}"))], default);
        using var meter = new Meter("shelves");
        var shelves = new Shelves(catalogue, new PopularityRanking(storage.Documents, clock));
        Itself(shelves.Now);
        var other = new Catalogue(storage.Documents, clock, new(TimeSpan.FromSeconds(5)));
        await other.Upsert([Made.Item(Id(0), "c1"), Made.Item(Id(1), $"c{(Many - 1) % 7}") with { Available = false }], default);
        var before = catalogue.Now;
        clock.Advance(TimeSpan.FromSeconds(6));
        while (ReferenceEquals(catalogue.Now, before)) await Task.Yield();
        Itself(shelves.Now);
        var whole = shelves.Whole();
        Itself(whole);
        Assert.True(whole.PlaceOf(ItemKey.Of(Id(0))) >= 0);
        Assert.False(whole.CanBeShown(whole.PlaceOf(ItemKey.Of(Id(1)))));
    }

    [Fact]
    public async Task Reading_again_what_is_the_same_leaves_the_shelf_as_it_is()
    {
        await using var storage = InMemory.Storage(clock);
        var catalogue = new Catalogue(storage.Documents, clock, new(TimeSpan.FromSeconds(5)));
        await catalogue.Upsert([Made.Item("b", "c"), Made.Item("a", "c")], default);
        var ranking = new PopularityRanking(storage.Documents, clock);
        await storage.Documents.Put(Statistics.Store, Statistics.Popularity, PopularItems.Id, PopularItems.Of([new(ItemKey.Of("b"), 1)], clock.GetUtcNow()).Write(), Personalization.Storage.Condition.None, null, default);
        while (ranking.Now == PopularItems.None) await Task.Yield();
        var shelves = new Shelves(catalogue, ranking);
        var (shelf, before) = (shelves.Now, catalogue.Now);
        clock.Advance(TimeSpan.FromSeconds(6));
        _ = ranking.Now;
        while (ReferenceEquals(catalogue.Now, before)) await Task.Yield();
        for (var n = 0; n < 1000; n++) await Task.Yield();
        Assert.True(shelves.Now.OrdersAs(shelf));
    }

    [Fact]
    public async Task What_is_gone_from_the_store_is_gone()
    {
        await using var storage = InMemory.Storage(clock);
        var catalogue = new Catalogue(storage.Documents, clock, new(TimeSpan.FromSeconds(5)));
        await catalogue.Upsert([Made.Item("b", "c"), Made.Item("a", "c")], default);
        await storage.Documents.Delete(Catalogue.Store, "catalogue", "b", Personalization.Storage.Condition.None, default);
        var before = catalogue.Now;
        clock.Advance(TimeSpan.FromSeconds(6));
        while (ReferenceEquals(catalogue.Now, before)) await Task.Yield();
        Assert.Null(catalogue.Now.Find("b"));
        Itself(new Shelves(catalogue, new PopularityRanking(storage.Documents, clock)).Now);
    }

    private static string Id(int number) => $"item-{number:d5}";

    private static void Itself(Shelf shelf)
    {
        foreach (var item in shelf.Items.All)
            if (shelf.PlaceOf(item.Key) is >= 0 and var place)
            {
                Assert.Equal(item.Item.Id, Encoding.UTF8.GetString(shelf.IdOf(place)));
                Assert.Equal(item.Item.Id, shelf.Items[place].Item.Id);
                Assert.Equal(shelf.GroupOf(item.Category), shelf.GroupOf(place));
            }
    }
}
