using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Rules;

namespace Personalization.Tests.Decisions;

public sealed class RulingTests
{
    private static readonly RecommendationEngine Recommend = new(Made.NoCompanions, Made.Options(Rankers.Personal));

    [Fact]
    public void A_category_is_promoted_where_the_rule_says_and_nowhere_else()
    {
        var rules = Rules(new Rule { Id = "r", Kind = "promote", By = 1, When = new() { Regions = ["DE"] }, Items = new() { Categories = ["footwear"] } });
        var promoted = new Made { Rules = rules }.By(Recommend, """{"context":{"region":"DE-BY"}}""");
        Assert.Equal("sandal", Made.Ids(promoted)[0]);
        Assert.Contains("promoted", Made.Reasons(promoted, "sandal"));
        Assert.DoesNotContain("promoted", Made.Reasons(promoted, "scarf"));
        Assert.Equal("scarf", Made.Ids(new Made { Rules = rules }.By(Recommend, """{"context":{"region":"FR"}}"""))[0]);
    }

    [Fact]
    public void Which_rules_speak_of_an_item_is_the_same_however_it_is_found_out()
    {
        RuleItems[] items =
        [
            new() { Categories = ["footwear"] }, new() { Categories = ["accessories"] }, new() { Categories = ["footwear", "accessories"] }, new() { Ids = ["boot"] },
            new() { Categories = ["footwear"], Ids = ["sandal", "scarf"] }, new() { Categories = ["nothing"] }, new() { Ids = ["elsewhere"] }, new() { Brands = ["b"] },
        ];
        var rules = Rules([.. items.Select((of, n) => new Rule { Id = $"r{n}", Kind = "boost", By = 0.1, Items = of })]);
        var d = new Made { Rules = rules, Profile = Made.Met(EventType.View, "boot") }.By(
            new SearchEngine(Made.Options(Rankers.Search)), """{"visitor":"v","candidates":[{"id":"boot"},{"id":"scarf"},{"id":"elsewhere"},{"id":"sandal"}]}""");
        Assert.Equal((8, 4), (d.RuleCount, d.Pool.Count));
        for (var i = 0; i < d.Pool.Count; i++)
        {
            var key = new ItemKey(d.Pool.Keys[i]);
            Assert.Equal(d.Shelf.Items.Find(key) is { } item ? rules.Matches(item, d.Active) : rules.Matches(key, d.Active), d.Pool.Rules[i]);
        }

        Assert.Equal([0b1101UL, 0b110UL, 0b1000000UL, 0b10101UL], d.Pool.Rules[..4]);
    }

    [Fact]
    public void Pinned_items_stand_one_after_the_other_though_nothing_else_speaks_for_them()
    {
        var rules = Rules(new Rule { Id = "r", Kind = "pin", Position = 1, Items = new() { Ids = ["boot", "gone", "scarf"] } });
        var d = new Made { Rules = rules, Profile = Made.Met(EventType.View, "sandal") }.By(Recommend, "{}");
        Assert.Equal(["boot", "sandal", "scarf"], Made.Ids(d));
        Assert.Equal(["pinned"], Made.Reasons(d, "boot").Where(r => r == "pinned"));
        Assert.Equal([PlacedBy.Pin, PlacedBy.Score, PlacedBy.Pin], d.Placed.Select(p => p.By));
    }

    [Fact]
    public void A_rule_for_a_slot_holds_in_that_slot()
    {
        var rules = Rules(new Rule { Id = "r", Kind = "exclude", When = new() { Slots = ["hero"] }, Items = new() { Ids = ["scarf"] } });
        var page = new HomepageEngine(Made.NoCompanions, Made.Options(Rankers.Personal));
        var d = new Made { Rules = rules }.By(page, """{"slots":[{"name":"hero","count":3},{"name":"popular"}]}""");
        Assert.DoesNotContain("scarf", Made.Ids(d, 0));
        Assert.Contains("scarf", Made.Ids(d, 1));
    }

    [Fact]
    public void A_segment_is_what_the_profile_says_and_a_stranger_is_in_none_of_them()
    {
        var rules = Rules(new Rule { Id = "r", Kind = "exclude", When = new() { Segments = ["category:footwear"] }, Items = new() { Ids = ["scarf"] } });
        Assert.DoesNotContain("scarf", Made.Ids(new Made { Rules = rules, Profile = Made.Met(EventType.View, "boot") }.By(Recommend, "{}")));
        Assert.Contains("scarf", Made.Ids(new Made { Rules = rules, Profile = Made.Met(EventType.View, "scarf") }.By(Recommend, "{}")));
        Assert.Contains("scarf", Made.Ids(new Made { Rules = rules }.By(Recommend, "{}")));
    }

    [Fact]
    public void A_search_is_given_nothing_that_it_did_not_find()
    {
        var rules = Rules(new Rule { Id = "r", Kind = "pin", Position = 1, Items = new() { Ids = ["scarf", "boot"] } });
        var d = new Made { Rules = rules }.By(new SearchEngine(Made.Options(Rankers.Search, FallbackPolicy.Given)), """{"candidates":[{"id":"sandal"},{"id":"boot"}]}""");
        Assert.Equal(["sandal", "boot"], Made.Ids(d));
    }

    [Fact]
    public void However_many_items_are_pinned_the_other_rules_hold()
    {
        var rules = Rules(
            new Rule { Id = "many", Kind = "pin", Priority = 9, Items = new() { Ids = ["sandal", .. Enumerable.Range(0, 99).Select(n => $"elsewhere-{n}")] } },
            new Rule { Id = "never", Kind = "exclude", Items = new() { Ids = ["scarf"] } });
        var d = new Made { Rules = rules }.By(Recommend, "{}");
        Assert.Equal(["sandal", "boot"], Made.Ids(d));
        Assert.Equal(2, Personalization.Decisions.Explaining.DecisionReport.Of("d", Personalization.Decisions.Logging.LoggedFacts.Read(d.Record.Written)!, Made.Catalogue, n => rules[n].Id).Rules.Count);
        Assert.True(Personalization.Decisions.Explaining.Replay.Of(Personalization.Decisions.Logging.LoggedFacts.Read(d.Record.Written)!).Same);
    }

    [Fact]
    public void Many_pins_take_places_in_the_order_of_their_rules()
    {
        var rules = Rules(
            new Rule { Id = "a", Kind = "pin", Priority = 2, Position = 1, Items = new() { Ids = ["boot"] } }, new Rule { Id = "b", Kind = "boost", Priority = 1, By = 1, Items = new() { Ids = ["scarf"] } },
            new Rule { Id = "c", Kind = "pin", Position = 1, Items = new() { Ids = ["sandal"] } });
        Assert.Equal(["boot", "sandal", "scarf"], Made.Ids(new Made { Rules = rules }.By(Recommend, "{}")));
    }

    [Fact]
    public void What_a_search_found_that_the_catalogue_does_not_know_is_judged_by_its_id()
    {
        var search = new SearchEngine(Made.Options(Rankers.Search, FallbackPolicy.Given));
        const string Found = """{"candidates":[{"id":"ghost"},{"id":"boot"},{"id":"spirit"}]}""";
        Assert.Equal(["boot", "spirit"], Made.Ids(new Made { Rules = Rules(new Rule { Id = "r", Kind = "exclude", Items = new() { Ids = ["ghost"] } }) }.By(search, Found)));
        Assert.Equal(["ghost"], Made.Ids(new Made { Rules = Rules(new Rule { Id = "r", Kind = "filter", Items = new() { Ids = ["ghost"] } }) }.By(search, Found)));
        Assert.Equal(["spirit", "ghost", "boot"], Made.Ids(new Made { Rules = Rules(new Rule { Id = "r", Kind = "pin", Items = new() { Ids = ["spirit"] } }) }.By(search, Found)));
        Assert.Equal(["ghost", "boot", "spirit"], Made.Ids(new Made { Rules = Rules(new Rule { Id = "r", Kind = "exclude", Items = new() { Ids = ["ghost"], Categories = ["footwear"] } }) }.By(search, Found)));
    }

    [Fact]
    public void What_rules_did_is_made_again_from_the_record()
    {
        var rules = Rules(
            new Rule { Id = "a", Kind = "pin", Position = 2, Items = new() { Ids = ["boot", "scarf"] } }, new Rule { Id = "b", Kind = "boost", By = 0.3, Items = new() { Categories = ["footwear"] } },
            new Rule { Id = "c", Kind = "diversify", Most = 1 });
        var d = new Made { Rules = rules, Profile = Made.Met(EventType.View, "sandal") }.By(Recommend, "{}");
        Assert.True(Personalization.Decisions.Explaining.Replay.Of(Personalization.Decisions.Logging.LoggedFacts.Read(d.Record.Written)!).Same);
    }

    private static CompiledRules Rules(params IReadOnlyList<Rule> rules)
    {
        Assert.Null(RuleCheck.Fault(new() { Rules = rules }));
        return CompiledRules.Of(new() { Rules = rules }, 1);
    }
}
