using Personalization.Catalog;
using Personalization.Rules;

namespace Personalization.Tests.Rules;

/// <summary>Rules that contradict each other are told of, when they can hold together.</summary>
public sealed class RuleConflictsTests
{
    private const string Pin = """{"ids":["x","boot"]}""";

    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With([new() { Id = "boot", Category = "footwear", Brand = "Alp" }, new() { Id = "hat", Category = "hats" }]);

    [Theory]
    [InlineData("exclude", """{"ids":["boot"]}""", "pin-exclude"), InlineData("exclude", """{"categories":["footwear"]}""", "pin-exclude"), InlineData("exclude", """{"categories":["hats"]}""", null), InlineData("exclude", """{"ids":["hat"]}""", null)]
    [InlineData("exclude", """{"ids":["boot"],"brands":["Other"]}""", null), InlineData("filter", """{"categories":["hats"]}""", "pin-filter"), InlineData("filter", """{"brands":["Alp"]}""", null), InlineData("filter", """{"ids":["x","boot"]}""", null), InlineData("filter", """{"ids":["x"]}""", "pin-filter")]
    public void A_pinned_item_that_is_not_to_be_shown(string kind, string items, string? conflict)
    {
        var found = Find(Ruling.Rule("p", "pin", Pin, ",\"position\":4"), Ruling.Rule("o", kind, items));
        Assert.Equal(conflict is null ? [] : [new(conflict, "p", "o", "boot", 5)], found);
        Assert.Equal(found, Find(Ruling.Rule("o", kind, items, ",\"priority\":9"), Ruling.Rule("p", "pin", Pin, ",\"position\":4")));
    }

    [Fact]
    public void An_item_the_catalogue_does_not_know_is_judged_by_its_id_alone()
    {
        Assert.Equal("x", Assert.Single(Find(Ruling.Rule("p", "pin", """{"ids":["x"]}"""), Ruling.Rule("o", "exclude", """{"ids":["x"]}"""))).Item);
        Assert.Empty(Find(Ruling.Rule("p", "pin", """{"ids":["x"]}"""), Ruling.Rule("o", "filter", """{"categories":["c"]}""")));
    }

    [Theory]
    [InlineData("a", 1, "b", 1, "pin-position"), InlineData("a", 1, "b", 2, null), InlineData("a", 1, "a", 1, null), InlineData("a", 1, "a", 2, "pin-twice"), InlineData("a\",\"b", 1, "c", 2, "pin-position"), InlineData("c", 2, "a\",\"b", 1, "pin-position"), InlineData("a\",\"b", 1, "b", 2, null)]
    public void Two_pins_that_want_one_place_or_one_item(string one, int first, string other, int second, string? conflict) =>
        Assert.Equal(conflict, Find(Ruling.Rule("1", "pin", $$"""{"ids":["{{one}}"]}""", $",\"position\":{first}"), Ruling.Rule("2", "pin", $$"""{"ids":["{{other}}"]}""", $",\"position\":{second}")).SingleOrDefault()?.Kind);

    [Theory]
    [InlineData("""{"categories":["c"]}""", """{"categories":["c","d"]}""", true), InlineData("""{"categories":["c"]}""", """{"brands":["b"]}""", false), InlineData("""{"categories":["c"],"brands":["a"]}""", """{"categories":["c"],"brands":["b"]}""", false)]
    [InlineData("""{"attributes":{"a":"1"}}""", """{"attributes":{"a":"1"}}""", true), InlineData("""{"ids":["a"]}""", """{"ids":["a","b"]}""", true), InlineData("""{"ids":["a"]}""", """{"ids":["b"]}""", false), InlineData("""{"brands":["b"]}""", """{"brands":["b"]}""", true)]
    [InlineData("""{"brands":["b"],"priceTo":5,"currency":"EUR"}""", """{"brands":["b"],"priceFrom":6,"currency":"EUR"}""", false), InlineData("""{"brands":["b"],"priceTo":5,"currency":"EUR"}""", """{"brands":["b"],"priceFrom":5,"currency":"USD"}""", false), InlineData("""{"brands":["b"],"priceTo":5,"currency":"EUR"}""", """{"brands":["b"],"priceFrom":5,"currency":"EUR"}""", true)]
    public void The_same_boosted_and_buried(string boosted, string buried, bool told)
    {
        Assert.Equal(told, Find(Ruling.Boost("1", items: boosted), Ruling.Rule("2", "bury", buried)).Any(c => c.Kind == "boost-bury"));
        Assert.Equal(told, Find(Ruling.Boost("1", items: boosted), Ruling.Rule("2", "boost", buried, ",\"by\":-0.1")).Any(c => c.Kind == "boost-bury"));
        Assert.Empty(Find(Ruling.Boost("1", items: boosted), Ruling.Boost("2", items: buried)));
    }

    [Theory]
    [InlineData("{}", "{}", true), InlineData("""{"regions":["DE"]}""", """{"regions":["DE-BY"]}""", true), InlineData("""{"regions":["DE-BE"]}""", """{"regions":["DE-BY"]}""", false), InlineData("""{"regions":["DE"]}""", "{}", true)]
    [InlineData("""{"engines":["search"]}""", """{"engines":["homepage"]}""", false), InlineData("""{"engines":["search"]}""", "{}", true), InlineData("""{"slots":["a"]}""", """{"slots":["b"]}""", false), InlineData("""{"slots":["a"]}""", """{"slots":["b","a"]}""", true)]
    [InlineData("""{"channels":["a"]}""", """{"channels":["b"]}""", false), InlineData("""{"devices":["a"]}""", """{"devices":["b"]}""", false), InlineData("""{"segments":["a"]}""", """{"segments":["b"]}""", true)]
    [InlineData("""{"until":"2026-02-01T00:00:00Z"}""", """{"from":"2026-02-01T00:00:00Z"}""", false), InlineData("""{"until":"2026-02-01T00:00:01Z"}""", """{"from":"2026-02-01T00:00:00Z"}""", true)]
    public void Only_rules_that_can_hold_together_contradict_each_other(string one, string other, bool told)
    {
        Assert.Equal(told, Both(one, other));
        Assert.Equal(told, Both(other, one));
    }

    [Fact]
    public void No_more_are_told_than_anybody_reads() =>
        Assert.Equal(RuleConflicts.MaxTold, Find([.. Enumerable.Range(0, 30).Select(i => Ruling.Rule($"{i}", "pin", $$"""{"ids":["{{i}}"]}"""))]).Count);

    private static bool Both(string one, string other) =>
        Find(Ruling.Rule("1", "pin", """{"ids":["a"]}""", $",\"when\":{one}"), Ruling.Rule("2", "exclude", """{"ids":["a"]}""", $",\"when\":{other}")).Count == 1;

    private static IReadOnlyList<RuleConflict> Find(params string[] rules) => RuleConflicts.Find(Ruling.Compiled(rules), Catalogue);
}
