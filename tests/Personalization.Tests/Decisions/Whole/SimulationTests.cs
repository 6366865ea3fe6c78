using Personalization.Decisions.Logging;
using Personalization.Messages.Deciding;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>What rules would do is seen before they do it.</summary>
public sealed class SimulationTests
{
    [Fact]
    public async Task Rules_are_tried_on_what_was_decided_and_change_nothing()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        await world.LikesShoes("ann");
        foreach (var visitor in new[] { "ann", "ben" })
            foreach (var engine in DecisionWorld.Calls) await world.Decide(engine, visitor);
        await world.Parts.Decisions.Flush(default);
        const string Rules = """{"rules":[{"id":"no-shoes","kind":"exclude","when":{"segments":["category:shoes"],"engines":["recommendations"]},"items":{"categories":["shoes"]}},{"id":"elsewhere","kind":"exclude","when":{"regions":["US"]},"items":{"categories":["hats"]}}]}""";
        var report = await world.Call("POST", "rules/simulate", Rules, 200);
        Assert.Equal((6, 1), (report.GetProperty("decisions").GetInt32(), report.GetProperty("changed").GetInt32()));
        Assert.Equal([("no-shoes", 1), ("elsewhere", 0)], report.GetProperty("rules").EnumerateArray().Select(r => (r.GetProperty("id").GetString()!, r.GetProperty("decisions").GetInt32())).OrderByDescending(r => r.Item2));
        var example = report.GetProperty("examples")[0];
        Assert.Contains(example.GetProperty("before").EnumerateArray(), i => i.GetString() == "item-12");
        Assert.DoesNotContain(example.GetProperty("after").EnumerateArray(), i => i.GetString() == "item-12");
        Assert.Contains("item-12", DecisionWorld.Items(await world.Decide("recommendations", "ann")));
        // What is then published does what was foretold.
        await world.Call("PUT", "rules", Rules, 200);
        Assert.DoesNotContain("item-12", DecisionWorld.Items(await world.Decide("recommendations", "ann")));
    }

    [Fact]
    public async Task Rules_in_force_change_nothing_when_they_are_tried()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        const string Rules = """{"rules":[{"id":"a","kind":"boost","by":0.4,"items":{"categories":["hats"]}},{"id":"b","kind":"pin","position":3,"items":{"ids":["item-39"]}}]}""";
        await world.Call("PUT", "rules", Rules, 200);
        foreach (var engine in DecisionWorld.Calls) await world.Decide(engine, "ben");
        await world.Parts.Decisions.Flush(default);
        Assert.Equal(0, (await world.Call("POST", "rules/simulate", Rules, 200)).GetProperty("changed").GetInt32());
    }

    [Theory]
    [InlineData("""{"id":"a","kind":"boost","by":1,"items":{"ids":["LAST"]}}"""), InlineData("""{"id":"a","kind":"filter","items":{"ids":["LAST","item-00"]}}""")]
    [InlineData("""{"id":"a","kind":"pin","position":2,"items":{"ids":["LAST"]}}""")]
    public async Task What_is_foretold_for_those_who_are_answered_from_a_list_for_many_is_what_happens(string rule)
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock(120);
        var last = DecisionWorld.Items(await world.Call("POST", "decisions/recommendations", """{"visitor":"v","count":100}""", 200))[^1];
        await world.Decide("recommendations", "ben");
        await world.Parts.Decisions.Flush(default);
        var rules = $$"""{"rules":[{{rule.Replace("LAST", last, StringComparison.Ordinal)}}]}""";
        var report = await world.Call("POST", "rules/simulate", rules, 200);
        Assert.Equal(2, report.GetProperty("changed").GetInt32());
        var foretold = report.GetProperty("examples").EnumerateArray().Select(e => e.GetProperty("after").EnumerateArray().Select(i => i.GetString()!).ToList()).First(e => e.Count <= 10);
        await world.Call("PUT", "rules", rules, 200);
        Assert.Equal(DecisionWorld.Items(await world.Decide("recommendations", "ben")), foretold);
    }

    [Fact]
    public async Task A_pin_is_tried_in_the_rail_of_its_category_though_categories_have_other_numbers_by_now()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Call("PUT", "catalog/items", """[{"id":"h1","category":"hats"},{"id":"h2","category":"hats"},{"id":"t1","category":"tents"},{"id":"t2","category":"tents"}]""", 200);
        await world.Call("POST", "decisions/homepage", """{"visitor":"ben","slots":[{"name":"category:tents","count":5},{"name":"category:hats","count":5}]}""", 200);
        await world.Parts.Decisions.Flush(default);
        // So many more that some category comes first that was not there.
        var newer = Enumerable.Range(0, 60).Select(n => $$"""{"id":"n{{n}}","category":"c{{n}}"}""");
        await world.Call("PUT", "catalog/items", $$"""[{{string.Join(',', newer)}},{"id":"h3","category":"hats"}]""", 200);
        var report = await world.Call("POST", "rules/simulate", """{"rules":[{"id":"a","kind":"pin","position":1,"items":{"ids":["h3"]}}]}""", 200);
        var after = report.GetProperty("examples")[0].GetProperty("after").EnumerateArray().Select(i => i.GetString()).ToList();
        Assert.Equal((5, "h3"), (after.Count, after[2]));
    }

    [Fact]
    public async Task Rules_that_begin_now_are_tried_on_the_newest_decisions()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        for (var n = 0; n < 12; n++) await world.Decide("recommendations", $"earlier-{n}");
        world.Clock.Advance(TimeSpan.FromHours(1));
        var rules = $$$"""{"rules":[{"id":"fresh","kind":"exclude","when":{"from":"{{{world.Clock.GetUtcNow():O}}}"},"items":{"categories":["hats"]}}],"last":4}""";
        for (var n = 0; n < 4; n++) await world.Decide("recommendations", $"now-{n}");
        await world.Parts.Decisions.Flush(default);
        // What was decided about messages is no decision rules are tried on, however new it is.
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await new DecisionRecords(world.Storage.Stream).Append([new(new(7), new(DecisionId.NonceOf(world.Clock.GetUtcNow(), 1), 1), new byte[] { MessageRecord.Form })], default);
        var report = await world.Call("POST", "rules/simulate", rules, 200);
        Assert.Equal((4, 4), (report.GetProperty("decisions").GetInt32(), report.GetProperty("rules")[0].GetProperty("decisions").GetInt32()));
    }

    [Fact]
    public async Task A_decision_that_was_written_twice_counts_once()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        await world.Decide("recommendations", "ben");
        await world.Parts.Decisions.Flush(default);
        var log = new DecisionRecords(world.Storage.Stream);
        var written = new List<LoggedDecision>();
        await foreach (var one in log.Since(DateTimeOffset.MinValue, default)) written.Add(one);
        await log.Append(written, default);
        Assert.Equal(1, (await world.Call("POST", "rules/simulate", """{"rules":[]}""", 200)).GetProperty("decisions").GetInt32());
    }

    [Theory]
    [InlineData("""{"rules":[{"id":"a","kind":"boost"}]}""", "rules[0].by"), InlineData("""{"rules":[],"last":0}""", "last"), InlineData("""{"rules":[],"hours":1000}""", "hours")]
    public async Task What_cannot_be_tried_is_refused_by_its_place(string body, string field)
    {
        await using var world = await PrivacyWorld.Open();
        Assert.Equal(field, (await world.Call("POST", "rules/simulate", body, 400)).GetProperty("field").GetString());
    }
}
