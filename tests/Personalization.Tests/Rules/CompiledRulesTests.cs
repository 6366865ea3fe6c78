using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Rules;

namespace Personalization.Tests.Rules;

public sealed class CompiledRulesTests
{
    private static readonly Item Boot = new() { Id = "boot", Category = "footwear", Brand = "Alp", Price = 60, Currency = "EUR", Attributes = new Dictionary<string, string> { ["colour"] = "red", ["size"] = "42" } };

    [Fact]
    public void The_order_is_by_priority_and_then_by_id()
    {
        var rules = Ruling.Compiled(Ruling.Boost("b"), Ruling.Boost("z", more: ",\"priority\":1"), Ruling.Boost("a"), Ruling.Boost("B"), Ruling.Boost("y", more: ",\"priority\":-1"));
        Assert.Equal(["z", "B", "a", "b", "y"], rules.Holding(Ruling.Context()));
        Assert.Equal(("7", 5), (rules.Version, rules.Count));
    }

    [Theory]
    [InlineData("""{"regions":["DE"]}""", "DE", true), InlineData("""{"regions":["DE"]}""", "DE-BY", true), InlineData("""{"regions":["DE-BY"]}""", "DE-BY", true), InlineData("""{"regions":["de-by"]}""", "DE-BY", true)]
    [InlineData("""{"regions":["DE-BY"]}""", "DE", false), InlineData("""{"regions":["DE-BY"]}""", "DE-BE", false), InlineData("""{"regions":["DE"]}""", "AT", false), InlineData("""{"regions":["DE","AT"]}""", "AT-9", true), InlineData("""{"regions":["DE"]}""", null, false), InlineData("{}", null, true)]
    public void A_country_covers_its_parts_and_not_the_other_way_round(string when, string? region, bool holds) => Assert.Equal(holds, Holds(when, Ruling.Context(region)));

    [Theory]
    [InlineData("""{"segments":["loyal","new"]}""", true), InlineData("""{"segments":["lost"]}""", false), InlineData("""{"channels":["app","web"]}""", true), InlineData("""{"channels":["app"]}""", false)]
    [InlineData("""{"devices":["phone"]}""", true), InlineData("""{"devices":["tv"]}""", false), InlineData("""{"engines":["search","homepage"]}""", true), InlineData("""{"engines":["messages","recommendations"]}""", false)]
    [InlineData("""{"segments":["loyal"],"channels":["web"],"devices":["phone"],"engines":["homepage"],"regions":["DE"]}""", true), InlineData("""{"segments":["loyal"],"channels":["web"],"devices":["tv"]}""", false)]
    [InlineData("""{"slots":["hero"]}""", true)]
    public void Any_of_a_list_and_all_of_the_members_hold(string when, bool holds) =>
        Assert.Equal(holds, Holds(when, Ruling.Context("DE", ["loyal", "other"], "web", "phone")));

    [Theory]
    [InlineData("""{"channels":["web"]}"""), InlineData("""{"devices":["phone"]}"""), InlineData("""{"segments":["loyal"]}""")]
    public void What_is_unknown_of_a_request_holds_for_no_condition(string when) => Assert.False(Holds(when, Ruling.Context()));

    [Fact]
    public void A_rule_holds_from_its_first_moment_until_before_its_last()
    {
        const string When = """{"from":"2026-01-05T10:00:00+01:00","until":"2026-01-05T09:00:01Z"}""";
        Assert.Equal([false, true, true, false], new[] { -1, 0, TimeSpan.TicksPerSecond - 1, TimeSpan.TicksPerSecond }.Select(t => Holds(When, Ruling.Context(now: Ruling.Now.AddTicks(t)))));
    }

    [Fact]
    public void No_more_than_sixty_four_hold_and_they_are_the_first()
    {
        var rules = Ruling.Compiled([.. Enumerable.Range(0, 100).Select(i => Ruling.Boost($"{i:D3}"))]);
        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"{i:D3}"), rules.Holding(Ruling.Context()));
        Span<ushort> few = stackalloc ushort[3];
        Assert.Equal(3, rules.Active(Ruling.Context(), few));
        Assert.Equal(100, rules.Active(Ruling.Context(), new ushort[200]) + 36);
    }

    [Theory]
    [InlineData("""{"ids":["boot"]}""", true), InlineData("""{"ids":["hat"]}""", false), InlineData("""{"ids":["1","2","3","4","5","6","7","8","boot"]}""", true), InlineData("""{"ids":["1","2","3","4","5","6","7","8","9"]}""", false)]
    [InlineData("""{"categories":["hats","footwear"]}""", true), InlineData("""{"categories":["hats"]}""", false), InlineData("""{"brands":["Alp"]}""", true), InlineData("""{"brands":["alp"]}""", false)]
    [InlineData("""{"attributes":{"colour":"red"}}""", true), InlineData("""{"attributes":{"colour":"red","size":"42"}}""", true), InlineData("""{"attributes":{"colour":"red","size":"43"}}""", false)]
    [InlineData("""{"priceFrom":60,"currency":"EUR"}""", true), InlineData("""{"priceFrom":60.01,"currency":"EUR"}""", false), InlineData("""{"priceTo":60,"currency":"EUR"}""", true), InlineData("""{"priceTo":59.99,"currency":"EUR"}""", false), InlineData("""{"priceFrom":1,"currency":"USD"}""", false)]
    [InlineData("""{"categories":["footwear"],"brands":["Alp"],"priceTo":99,"currency":"EUR"}""", true), InlineData("""{"categories":["footwear"],"brands":["Other"]}""", false)]
    public void An_item_is_spoken_of_when_all_that_is_said_is_true_of_it(string items, bool spoken) => Assert.Equal(spoken, Ruling.Compiled(Ruling.Boost("x", items: items)).SpeaksOf(Boot));

    [Theory]
    [InlineData("""{"brands":["Alp"]}"""), InlineData("""{"attributes":{"colour":"red"}}"""), InlineData("""{"priceTo":100,"currency":"EUR"}""")]
    public void What_an_item_does_not_say_is_not_true_of_it(string items) => Assert.False(Ruling.Compiled(Ruling.Boost("x", items: items)).SpeaksOf(new() { Id = "plain", Category = "footwear" }));

    [Fact]
    public void Each_active_rule_has_its_bit()
    {
        var rules = Ruling.Compiled([.. Enumerable.Range(0, 70).Select(i => Ruling.Boost($"{i:D2}", items: i % 2 == 0 ? """{"ids":["boot"]}""" : """{"ids":["hat"]}"""))]);
        Assert.Equal(0x5555555555555555UL, rules.Matches(DescribedItem.Of(Boot), [.. Enumerable.Range(0, 64).Select(i => (ushort)i)]));
        Assert.Equal(0b101UL, rules.Matches(DescribedItem.Of(Boot), [68, 1, 66]));
    }

    [Fact]
    public void What_a_rule_does_can_be_read_off_it()
    {
        var rules = Ruling.Compiled(
            Ruling.Rule("1", "pin", """{"ids":["b","a"]}""", ",\"position\":3"), Ruling.Rule("2", "pin", """{"ids":["c"]}"""), Ruling.Rule("3", "promote", """{"categories":["c"]}"""),
            Ruling.Rule("4", "diversify", "{}", ",\"most\":2,\"when\":{\"slots\":[\"hero\",\"row\"]}"), Ruling.Boost("5"));
        Assert.Equal([ItemKey.Of("b"), ItemKey.Of("a")], rules[0].Items);
        Assert.Equal([3, 1, 0, 0, 0], Each(r => r.Position));
        Assert.Equal([0, 0, 0.5, 0, 0.5], Each(r => r.By));
        Assert.Equal([0, 0, 0, 2, 0], Each(r => r.Most));
        Assert.Equal([CompiledRules.KeyOf("hero"u8), CompiledRules.KeyOf("row")], rules[3].SlotKeys);
        Assert.Empty(rules[0].SlotKeys);
        Assert.Equal([RuleKind.Pin, RuleKind.Pin, RuleKind.Promote, RuleKind.Diversify, RuleKind.Boost], Each(r => r.Kind));
        IEnumerable<T> Each<T>(Func<CompiledRule, T> what) => Enumerable.Range(0, rules.Count).Select(i => what(rules[i]));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var rules = Ruling.Compiled([.. Enumerable.Range(0, 100).Select(i => Ruling.Boost($"{i}", """{"regions":["DE"],"segments":["a"],"channels":["web"]}""", """{"attributes":{"colour":"red"},"categories":["footwear"],"priceTo":70,"currency":"EUR"}"""))]);
        var item = DescribedItem.Of(Boot);
        var segments = new[] { CompiledRules.SegmentKey("a") };
        Span<ushort> active = stackalloc ushort[CompiledRules.MaxActive];
        Assert.True(Region.TryParse("DE-BY"u8, out var region));
        var matches = 0UL;
        var before = 0L;
        for (var i = 0; i < 100; i++)
        {
            if (i == 50) before = GC.GetAllocatedBytesForCurrentThread();
            var n = rules.Active(new() { Region = region, Segments = segments, Channel = CompiledRules.KeyOf("web"u8), Now = Ruling.Now }, active);
            matches = rules.Matches(item, active[..n]);
        }

        Assert.Equal((0, ulong.MaxValue), (GC.GetAllocatedBytesForCurrentThread() - before, matches));
    }

    private static bool Holds(string when, in RuleContext context) => Ruling.Compiled(Ruling.Boost("x", when)).Holding(context).Count == 1;
}
