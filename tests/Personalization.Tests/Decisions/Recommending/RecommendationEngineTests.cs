using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Recommending;
using Personalization.Events;
using Personalization.Popularity;

namespace Personalization.Tests.Decisions.Recommending;

public sealed class RecommendationEngineTests
{
    private static readonly RecommendationEngine Engine = new(Made.NoCompanions, Made.Options(Rankers.Personal));

    [Fact]
    public void What_someone_is_drawn_to_comes_before_what_is_popular()
    {
        var d = new Made { Profile = Drawn }.By(Engine, "{}");
        Assert.Equal(["sandal", "boot", "scarf"], Made.Ids(d));
        Assert.Equal("affinity:footwear", Made.Reasons(d, "sandal")[0]);
        Assert.Null(Made.Fallback(d));
    }

    [Fact]
    public void A_stranger_gets_what_is_popular_and_then_the_rest()
    {
        var d = new Made().By(Engine, "{}");
        Assert.Equal(["scarf", "sandal", "boot"], Made.Ids(d));
        Assert.Equal(["popular", "popular", "catalogue"], Made.Ids(d).Select(i => Made.Reasons(d, i)[0]));
        Assert.Equal("unknown-person", Made.Fallback(d));
    }

    [Fact]
    public void Somebody_who_turned_away_from_everything_has_no_affinity() =>
        Assert.Equal("no-affinity", Made.Fallback(new Made { Profile = Made.Met(EventType.RemoveFromCart, "gone") }.By(Engine, "{}")));

    [Fact]
    public void What_must_not_be_shown_is_not() =>
        Assert.Equal(["scarf"], Made.Ids(new Made { Profile = Drawn }.By(Engine, """{"exclude":["boot","sandal"]}""")));

    [Fact]
    public void What_was_seen_comes_after_its_like()
    {
        var d = new Made { Profile = Made.Met(EventType.View, "sandal") }.By(Engine, "{}");
        Assert.Equal(["boot", "sandal"], Made.Ids(d).Take(2));
        Assert.Contains("seen-before", Made.Reasons(d, "sandal"));
    }

    [Fact]
    public void Whoever_asks_for_the_unseen_gets_only_that() =>
        Assert.DoesNotContain("sandal", Made.Ids(new Made { Profile = Made.Met(EventType.View, "sandal") }.By(Engine, """{"unseen":true}""")));

    [Fact]
    public void Similar_items_share_the_category_and_are_not_the_item_itself()
    {
        var d = new Made().By(Engine, """{"kind":"similar","items":["boot"],"count":1}""");
        Assert.Equal(["sandal"], Made.Ids(d));
        Assert.Equal("same-category", Made.Reasons(d, "sandal")[0]);
        Assert.Null(Made.Fallback(d));
    }

    [Fact]
    public void An_empty_catalogue_gives_an_empty_answer_that_says_so() =>
        Assert.Equal("empty-catalogue", Made.Fallback(new Made { Items = CatalogueSnapshot.Empty, Ranking = PopularItems.None }.By(Engine, "{}")));

    [Fact]
    public void What_is_bought_with_an_item_comes_first_and_says_so()
    {
        var engine = new RecommendationEngine(
            (item, kind) => item == ItemKey.Of("boot") && kind == PairKind.Bought ? [new(ItemKey.Of("scarf").Value, 1)] : [], Made.Options(Rankers.Personal));
        var d = new Made { Ranking = PopularItems.None }.By(engine, """{"kind":"also-bought","items":["boot"]}""");
        Assert.Equal(["scarf", "sandal"], Made.Ids(d));
        Assert.Equal("also-bought", Made.Reasons(d, "scarf")[0]);
    }

    [Fact]
    public void What_expired_has_no_say()
    {
        var d = new Made { Profile = Drawn, At = Made.Now.AddDays(30) }.By(Engine, "{}");
        Assert.Equal(("scarf", "no-affinity"), (Made.Ids(d)[0], Made.Fallback(d)));
    }

    [Fact]
    public void No_category_has_more_than_its_share_while_there_are_others()
    {
        var items = Enumerable.Range(0, 30).Select(n => Made.Item($"shoe-{n:d2}", "footwear")).Concat(Enumerable.Range(0, 30).Select(n => Made.Item($"hat-{n:d2}", n < 15 ? "hats" : "gloves")));
        var catalogue = CatalogueSnapshot.Empty.With(items);
        var engine = new RecommendationEngine(Made.NoCompanions, Made.Options(Rankers.Personal, diversifier: Personalization.Decisions.Diversifier.Spread));
        var d = new Made { Items = catalogue, Ranking = PopularItems.None, Profile = Made.Met(catalogue, EventType.View, "shoe-00", "shoe-01") }.By(engine, """{"count":12}""");
        Assert.Equal(4, Made.Ids(d).Count(i => i.StartsWith("shoe", StringComparison.Ordinal)));
        Assert.Equal(12, Made.Ids(d).Distinct().Count());
    }

    private static Personalization.Profiles.Profile Drawn => Made.Met(EventType.AddToCart, "gone");
}
