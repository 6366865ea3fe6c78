using Personalization.Rules;

namespace Personalization.Tests.Rules;

/// <summary>A rule that cannot mean anything is refused, with the place where it goes wrong.</summary>
public sealed class RuleCheckTests
{
    [Theory]
    [InlineData("null", "rules[1]"), InlineData("""{"kind":"bury"}""", "rules[1].id"), InlineData("""{"id":"","kind":"bury"}""", "rules[1].id"), InlineData("""{"id":"ok","kind":"bury"}""", "rules[1].id")]
    [InlineData("""{"id":"x"}""", "rules[1].kind"), InlineData("""{"id":"x","kind":"Pin"}""", "rules[1].kind"), InlineData("""{"id":"x","kind":"hide"}""", "rules[1].kind")]
    [InlineData("""{"id":"x","kind":"bury","position":1,"items":{"ids":["a"]}}""", "rules[1].position"), InlineData("""{"id":"x","kind":"bury","by":1,"items":{"ids":["a"]}}""", "rules[1].by")]
    [InlineData("""{"id":"x","kind":"bury","most":1,"items":{"ids":["a"]}}""", "rules[1].most"), InlineData("""{"id":"x","kind":"bury"}""", "rules[1].items"), InlineData("""{"id":"x","kind":"filter","items":{}}""", "rules[1].items")]
    [InlineData("""{"id":"x","kind":"pin"}""", "rules[1].items.ids"), InlineData("""{"id":"x","kind":"pin","items":{"brands":["b"]}}""", "rules[1].items.ids"), InlineData("""{"id":"x","kind":"pin","items":{"ids":["a"],"brands":["b"]}}""", "rules[1].items")]
    [InlineData("""{"id":"x","kind":"pin","position":0,"items":{"ids":["a"]}}""", "rules[1].position"), InlineData("""{"id":"x","kind":"pin","position":101,"items":{"ids":["a"]}}""", "rules[1].position")]
    [InlineData("""{"id":"x","kind":"boost","items":{"ids":["a"]}}""", "rules[1].by"), InlineData("""{"id":"x","kind":"boost","by":0,"items":{"ids":["a"]}}""", "rules[1].by"), InlineData("""{"id":"x","kind":"boost","by":1.01,"items":{"ids":["a"]}}""", "rules[1].by")]
    [InlineData("""{"id":"x","kind":"boost","by":-1.01,"items":{"ids":["a"]}}""", "rules[1].by"), InlineData("""{"id":"x","kind":"boost","by":1e999,"items":{"ids":["a"]}}""", "rules[1].by"), InlineData("""{"id":"x","kind":"boost","by":0.1}""", "rules[1].items")]
    [InlineData("""{"id":"x","kind":"promote","by":-0.5,"items":{"categories":["c"]}}""", "rules[1].by"), InlineData("""{"id":"x","kind":"promote"}""", "rules[1].items.categories"), InlineData("""{"id":"x","kind":"promote","items":{"brands":["b"]}}""", "rules[1].items.categories")]
    [InlineData("""{"id":"x","kind":"diversify"}""", "rules[1].most"), InlineData("""{"id":"x","kind":"diversify","most":0}""", "rules[1].most")]
    public void What_a_rule_does_fits_its_kind(string rule, string field) => Refused(rule, field);

    [Theory]
    [InlineData("""{"engines":[]}""", "engines"), InlineData("""{"engines":["mail"]}""", "engines[0]"), InlineData("""{"engines":["search","search"]}""", "engines[1]"), InlineData("""{"slots":[]}""", "slots")]
    [InlineData("""{"slots":[null]}""", "slots[0]"), InlineData("""{"slots":[""]}""", "slots[0]"), InlineData("""{"regions":["DE","Germany"]}""", "regions[1]"), InlineData("""{"segments":[]}""", "segments"), InlineData("""{"channels":[]}""", "channels")]
    [InlineData("""{"devices":[]}""", "devices"), InlineData("""{"from":"2026-01-01"}""", "from"), InlineData("""{"from":"2026-01-01T00:00:00"}""", "from"), InlineData("""{"until":"tomorrow"}""", "until"), InlineData("""{"until":"2026-02-30T00:00:00Z"}""", "until")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","until":"2026-01-01T00:00:00Z"}""", "until"), InlineData("""{"from":"2026-01-01T00:00:00Z","until":"2026-01-01T01:00:00+02:00"}""", "until")]
    public void Conditions_can_hold(string when, string field) => Refused(Ruling.Boost("x", when), $"rules[1].when.{field}");

    [Theory]
    [InlineData("""{"ids":[]}""", "ids"), InlineData("""{"ids":["a","a"]}""", "ids[1]"), InlineData("""{"categories":[]}""", "categories"), InlineData("""{"brands":[""]}""", "brands[0]"), InlineData("""{"attributes":{}}""", "attributes"), InlineData("""{"attributes":{"a":null}}""", "attributes")]
    [InlineData("""{"priceFrom":-1,"currency":"EUR"}""", "priceFrom"), InlineData("""{"priceTo":-1,"currency":"EUR"}""", "priceTo"), InlineData("""{"priceFrom":2,"priceTo":1,"currency":"EUR"}""", "priceTo"), InlineData("""{"priceFrom":2}""", "currency")]
    [InlineData("""{"currency":"EUR"}""", "currency"), InlineData("""{"priceTo":2,"currency":"euro"}""", "currency")]
    public void Items_can_be_meant(string items, string field) => Refused(Ruling.Boost("x", items: items), $"rules[1].items.{field}");

    [Fact]
    public void A_set_has_at_most_five_hundred_rules_and_a_list_so_many_entries()
    {
        Assert.Equal("rules", RuleCheck.Fault(new())!.Value.Field);
        Assert.Null(RuleCheck.Fault(Ruling.Set([.. Enumerable.Range(0, 500).Select(i => Ruling.Boost($"{i}"))])));
        Assert.Equal("rules", RuleCheck.Fault(Ruling.Set([.. Enumerable.Range(0, 501).Select(i => Ruling.Boost($"{i}"))]))!.Value.Field);
        Assert.Equal("note", RuleCheck.Fault(new() { Note = new('n', 1001), Rules = [] })!.Value.Field);
        Assert.Equal("rules[0].items.ids", RuleCheck.Fault(new() { Rules = [new() { Id = "x", Kind = "bury", Items = new() { Ids = [.. Enumerable.Range(0, 1001).Select(i => $"{i}")] } }] })!.Value.Field);
        Assert.Equal("rules[0].items.ids", RuleCheck.Fault(new() { Rules = [new() { Id = "x", Kind = "pin", Items = new() { Ids = [.. Enumerable.Range(0, 101).Select(i => $"{i}")] } }] })!.Value.Field);
    }

    [Fact]
    public void What_is_no_number_is_no_amount() =>
        Assert.Equal("rules[0].by", RuleCheck.Fault(new() { Rules = [new() { Id = "x", Kind = "boost", By = double.NaN, Items = new() { Ids = ["a"] } }] })!.Value.Field);

    [Fact]
    public void A_body_is_read_back_as_it_was_and_one_that_would_be_refused_is_none()
    {
        var set = Ruling.Set(Ruling.Boost("a", """{"regions":["DE"],"until":"2026-02-01T00:00:00Z"}""", """{"attributes":{"k":"v"},"priceTo":9.99,"currency":"EUR"}"""));
        Assert.Equal(set.Body(), RuleSet.Read(set.Body())!.Body());
        Assert.Null(RuleSet.Read("""{"rules":[{"id":"x","kind":"bury"}]}"""u8.ToArray()));
        Assert.Null(RuleSet.Read("""{"rules":[],"more":1}"""u8.ToArray()));
        Assert.Null(RuleSet.Read("{"u8.ToArray()));
    }

    private static void Refused(string rule, string field) => Assert.Equal(field, RuleCheck.Fault(Ruling.Set(Ruling.Boost("ok"), rule))?.Field);
}
