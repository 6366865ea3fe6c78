using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Decisions;

public sealed class RecommenderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With(
    [
        Item("boot", "footwear"), Item("sandal", "footwear"), Item("scarf", "accessories"), Item("gone", "footwear") with { Available = false },
    ]);

    private static readonly PopularItems Popular = PopularItems.Of([new(ItemKey.Of("scarf"), 1), new(ItemKey.Of("sandal"), 0.5f)], Now);

    [Fact]
    public void What_someone_is_drawn_to_comes_before_what_is_popular()
    {
        var (items, fallback) = Pick(new() { Visitor = "v" }, Drawn("footwear"));
        Assert.Equal(["sandal", "boot", "scarf"], items.Select(i => i.Id));
        Assert.Equal("affinity:footwear", items[0].Reasons[0]);
        Assert.Null(fallback);
    }

    [Fact]
    public void A_stranger_gets_what_is_popular_and_then_the_rest()
    {
        var (items, fallback) = Pick(new() { Visitor = "v" }, null);
        Assert.Equal(["scarf", "sandal", "boot"], items.Select(i => i.Id));
        Assert.Equal(["popular", "popular", "catalogue"], items.Select(i => i.Reasons[0]));
        Assert.Equal("unknown-person", fallback);
    }

    [Fact]
    public void Somebody_who_turned_away_from_everything_has_no_affinity() =>
        Assert.Equal("no-affinity", Pick(new() { Visitor = "v" }, Drawn("footwear", EventType.RemoveFromCart)).Fallback);

    [Fact]
    public void What_must_not_be_shown_is_not() =>
        Assert.Equal(["scarf"], Pick(new() { Visitor = "v", Exclude = ["boot", "sandal"] }, Drawn("footwear")).Items.Select(i => i.Id));

    [Fact]
    public void What_was_seen_comes_after_its_like()
    {
        var profile = Met("sandal", EventType.AddToCart);
        var items = Pick(new() { Visitor = "v" }, profile).Items;
        Assert.Equal(["boot", "sandal"], items.Take(2).Select(i => i.Id));
        Assert.Contains("seen-before", items[1].Reasons);
    }

    [Fact]
    public void Similar_items_share_the_category_and_are_not_the_item_itself()
    {
        var items = Pick(new() { Visitor = "v", Kind = "similar", Items = ["boot"], Count = 1 }, null).Items;
        Assert.Equal("sandal", Assert.Single(items).Id);
    }

    [Fact]
    public void An_empty_catalogue_gives_an_empty_answer_that_says_so() =>
        Assert.Equal("empty-catalogue", Recommender.Pick(new() { Visitor = "v" }, null, CatalogueSnapshot.Empty, PopularItems.None, NoCompanions, Now).Fallback);

    [Fact]
    public void What_is_bought_with_an_item_comes_first_and_says_so()
    {
        var request = new RecommendationRequest { Visitor = "v", Kind = "also-bought", Items = ["boot"] };
        var (items, _) = Recommender.Pick(request, null, Catalogue, PopularItems.None, (item, kind) => item == ItemKey.Of("boot") && kind == PairKind.Bought ? [new(ItemKey.Of("scarf").Value, 1)] : [], Now);
        Assert.Equal(["sandal", "scarf"], items.Select(i => i.Id).Order(StringComparer.Ordinal));
        Assert.Equal("also-bought", items.Single(i => i.Id == "scarf").Reasons[0]);
        Assert.Equal("affinity:footwear", items.Single(i => i.Id == "sandal").Reasons[0]);
    }

    [Fact]
    public void What_expired_has_no_say()
    {
        var profile = Drawn("footwear");
        var (items, fallback) = Recommender.Pick(new() { Visitor = "v" }, profile, Catalogue, Popular, NoCompanions, Now.AddDays(30));
        Assert.Equal(("scarf", "no-affinity"), (items[0].Id, fallback));
    }

    private static (IReadOnlyList<RecommendedItem> Items, string? Fallback) Pick(RecommendationRequest request, Profile? profile) =>
        Recommender.Pick(request, profile, Catalogue, Popular, NoCompanions, Now);

    private static IReadOnlyList<Companion> NoCompanions(ItemKey item, PairKind kind) => [];

    /// <summary>Someone who met an item that is not shown any more.</summary>
    private static Profile Drawn(string category, EventType type = EventType.AddToCart) => category == "footwear" ? Met("gone", type) : throw new ArgumentOutOfRangeException(nameof(category));

    private static Profile Met(string item, EventType type)
    {
        var (profile, input) = (new Profile(), new FeatureInput());
        input.Take(Behaviour.Event(type, Now) with { Items = new[] { ItemKey.Of(item).Value } }, Catalogue);
        profile.Apply(input, Purposes.All);
        return profile;
    }

    private static Item Item(string id, string category) => new() { Id = id, Category = category };
}
