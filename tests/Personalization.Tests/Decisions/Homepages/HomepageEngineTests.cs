using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Homepages;
using Personalization.Events;
using Personalization.Popularity;

namespace Personalization.Tests.Decisions.Homepages;

public sealed class HomepageEngineTests
{
    private static readonly HomepageEngine Engine = new(Made.NoCompanions, Made.Options(Rankers.Personal, diversifier: Diversifier.Spread));

    private static readonly CatalogueSnapshot Shop = CatalogueSnapshot.Empty.With(
        Enumerable.Range(0, 200).Select(n => Made.Item($"item-{n:d3}", new[] { "shoes", "hats", "tents", "bags", "socks" }[n % 5])));

    private static readonly PopularItems Liked = PopularItems.Of(Enumerable.Range(0, 50).Select(n => new PopularItem(ItemKey.Of($"item-{n:d3}"), 1 - (n / 100f))), Made.Now);

    [Fact]
    public void A_stranger_gets_a_page_for_strangers_with_no_item_twice()
    {
        var d = new Made { Items = Shop, Ranking = Liked }.By(Engine, "{}");
        Assert.Equal("new", d.Layout);
        Assert.Equal(d.Placed.Count, d.Placed.Select(p => p.Candidate).Distinct().Count());
        Assert.Equal(51, d.Placed.Count);
    }

    [Fact]
    public void Rails_show_what_somebody_is_drawn_to_first_and_each_another_category()
    {
        var d = new Made { Items = Shop, Ranking = Liked, Profile = Made.Met(Shop, EventType.View, "item-002", "item-002", "item-003") }.By(Engine, """{"slots":[{"name":"category-1"},{"name":"category-2"},{"name":"category-3"}]}""");
        var rails = Made.Answer(d).GetProperty("slots").EnumerateArray().Select(s => s.GetProperty("category").GetString()).ToList();
        Assert.Equal(["tents", "bags"], rails.Take(2));
        Assert.Equal(3, rails.Distinct().Count());
        Assert.All(d.Placed, p => Assert.Equal(d.Slots[p.Slot].Group, d.Pool.Groups[p.Candidate]));
    }

    [Fact]
    public void A_named_category_is_that_one_or_empty()
    {
        var d = new Made { Items = Shop }.By(Engine, """{"slots":[{"name":"category:hats","count":3},{"name":"category:nothing","count":3}]}""");
        Assert.Equal((3, 0), (Made.Ids(d, 0).Count, Made.Ids(d, 1).Count));
    }

    [Fact]
    public void What_was_viewed_recently_comes_newest_first_and_nothing_else()
    {
        var d = new Made { Items = Shop, Profile = Made.Met(Shop, EventType.View, "item-010", "item-020", "item-030") }.By(Engine, """{"slots":[{"name":"recently-viewed"}]}""");
        Assert.Equal(["item-030", "item-020", "item-010"], Made.Ids(d));
    }

    [Fact]
    public void Who_is_about_to_buy_gets_another_layout_than_who_came_back()
    {
        var back = new Made { Items = Shop, Profile = Made.Met(Shop, EventType.View, "item-010") }.By(Engine, "{}");
        var buying = new Made { Items = Shop, Profile = Made.Met(Shop, EventType.AddToCart, "item-010") }.By(Engine, "{}");
        Assert.Equal(("returning", "buying"), (back.Layout, buying.Layout));
    }

    [Fact]
    public void Pages_that_differ_in_any_slot_are_not_answered_from_one_list()
    {
        var pages = new List<string> { """{"slots":[{"name":"hero"},{"name":"popular"}]}""", """{"slots":[{"name":"popular"},{"name":"hero"}]}""", """{"slots":[{"name":"popular"}]}""" };
        for (var count = 1; count <= 100; count++)
        {
            pages.Add($$"""{"slots":[{"name":"hero"},{"name":"popular","count":{{count}}}]}""");
            pages.Add($$"""{"slots":[{"name":"hero","count":{{count}}},{"name":"popular"}]}""");
            pages.Add($$"""{"slots":[{"name":"popular","count":{{count}}}]}""");
        }

        var shapes = pages.ConvertAll(Shape);
        Assert.Equal(pages.Count, shapes.Distinct().Count());
        Assert.DoesNotContain(0ul, shapes);
    }

    private static ulong Shape(string body)
    {
        var d = new Decision();
        Assert.Null(new Personalization.Decisions.Asking.AskReader(System.Text.Encoding.UTF8.GetBytes(body), d.Ask, Personalization.Decisions.Asking.AskFields.Homepage).Read());
        return Engine.Shape(d);
    }

    [Theory]
    [InlineData("""{"visitor":"v","slots":[{"name":"banner"}]}""", "slots[0].name")]
    [InlineData("""{"visitor":"v","slots":[{"name":"hero"},{"name":"category-0"}]}""", "slots[1].name")]
    public void A_slot_nobody_knows_is_refused_by_its_place(string body, string field)
    {
        var ask = new Personalization.Decisions.Asking.Ask();
        Assert.Null(new Personalization.Decisions.Asking.AskReader(System.Text.Encoding.UTF8.GetBytes(body), ask, Personalization.Decisions.Asking.AskFields.Homepage).Read());
        Assert.Equal(field, HomepageEngine.Fault(ask)?.Field);
    }
}
