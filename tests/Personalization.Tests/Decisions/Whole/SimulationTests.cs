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
    [InlineData("""{"rules":[{"id":"a","kind":"boost"}]}""", "rules[0].by"), InlineData("""{"rules":[],"last":0}""", "last"), InlineData("""{"rules":[],"hours":1000}""", "hours")]
    public async Task What_cannot_be_tried_is_refused_by_its_place(string body, string field)
    {
        await using var world = await PrivacyWorld.Open();
        Assert.Equal(field, (await world.Call("POST", "rules/simulate", body, 400)).GetProperty("field").GetString());
    }
}
