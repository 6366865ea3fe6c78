using System.Text.Json;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>What was decided can be looked up, and made again.</summary>
public sealed class ExplainedTests : IAsyncLifetime
{
    private PrivacyWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open(("Decisions__Explore", "0.3"));
        await world.Stock();
        await world.LikesShoes("ann");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Every_decision_says_why_and_is_made_again_to_the_bit_also_after_everything_has_changed()
    {
        await world.Call("PUT", "rules", """{"rules":[{"id":"spring","kind":"boost","by":0.2,"items":{"categories":["hats"]}},{"id":"top","kind":"pin","position":2,"when":{"engines":["recommendations"]},"items":{"ids":["item-39"]}}]}""", 200);
        var made = new List<(string Engine, JsonElement Answer)>();
        foreach (var engine in DecisionWorld.Calls)
            foreach (var visitor in new[] { "ann", "nobody" }) made.Add((engine, await world.Decide(engine, visitor)));
        await world.Parts.Decisions.Flush(default);
        await world.Call("PUT", "rules", """{"rules":[]}""", 200);
        await world.Call("PUT", "catalog/items", """[{"id":"item-00","category":"gone","available":false}]""", 200);
        await world.LikesShoes("ann");
        foreach (var (engine, answer) in made)
        {
            var id = answer.GetProperty("decision").GetString()!;
            var report = await world.Call("GET", "decisions/{id}", null, 200, ("id", id));
            Assert.Equal((engine, "1"), (report.GetProperty("engine").GetString(), report.GetProperty("versions").GetProperty("rules").GetString()));
            Assert.Contains(report.GetProperty("rules").EnumerateArray(), r => r.GetProperty("id").GetString() == "spring");
            Assert.Equal(DecisionWorld.Items(answer), Logged(report));
            Assert.True((await world.Call("POST", "decisions/{id}/replay", null, 200, ("id", id))).GetProperty("same").GetBoolean());
        }
    }

    [Fact]
    public async Task What_speaks_for_an_item_adds_up_to_its_score_and_a_rule_says_its_name()
    {
        await world.Call("PUT", "rules", """{"rules":[{"id":"spring","kind":"boost","by":0.2,"items":{"categories":["hats","shoes"]}},{"id":"less","kind":"boost","by":-0.1,"items":{"categories":["shoes"]}}]}""", 200);
        var answer = await world.Decide("recommendations", "ann");
        await world.Parts.Decisions.Flush(default);
        var report = await world.Call("GET", "decisions/{id}", null, 200, ("id", answer.GetProperty("decision").GetString()!));
        foreach (var item in report.GetProperty("slots")[0].GetProperty("items").EnumerateArray())
            Assert.Equal(item.GetProperty("score").GetDouble(), item.GetProperty("contributions").EnumerateObject().Sum(c => c.Value.GetDouble()), 5);
        Assert.Contains(report.GetProperty("slots")[0].GetProperty("items").EnumerateArray(), i => i.GetProperty("contributions").TryGetProperty("rule:spring", out var by) && by.GetDouble() == 0.2);
    }

    [Fact]
    public async Task A_name_nobody_gave_is_no_decision()
    {
        foreach (var id in new[] { "d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", "d-" })
            Assert.EndsWith("no-such-decision", (await world.Call("GET", "decisions/{id}", null, 404, ("id", id))).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Logged(JsonElement report) =>
        [.. report.GetProperty("slots").EnumerateArray().SelectMany(s => s.GetProperty("items").EnumerateArray()).Select(i => i.GetProperty("id").GetString()!)];
}
