using System.Text.Json;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>The same question again has the same answer for a moment, and never one that is not true any more.</summary>
public sealed class RepeatedTests : IAsyncLifetime
{
    private PrivacyWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open(("Decisions__RepeatFor", "00:00:02"));
        await world.Stock();
        await world.LikesShoes("ann");
        // Popularity and what goes together are read beside the first calls.
        foreach (var engine in DecisionWorld.Calls) await world.Decide(engine, "bob");
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Who_asks_the_same_again_gets_the_same_decision_and_it_is_one()
    {
        foreach (var engine in DecisionWorld.Calls)
        {
            var first = await world.Decide(engine, "ann");
            Assert.Equal(first.GetRawText(), (await world.Decide(engine, "ann")).GetRawText());
        }
    }

    [Fact]
    public async Task After_a_while_for_another_question_or_somebody_else_it_is_a_new_one()
    {
        var first = await Named("ann");
        Assert.NotEqual(first, await Named("ann", "app"));
        Assert.NotEqual(first, await Named("eve"));
        // Others may have pushed it out; where a question goes is drawn at start.
        var last = await Named("ann");
        Assert.Equal(last, await Named("ann"));
        world.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEqual(last, await Named("ann"));
    }

    [Fact]
    public async Task Whatever_it_rests_on_makes_it_a_new_one()
    {
        foreach (var change in new Func<Task>[]
        {
            async () => { await world.Call("POST", "events", $"[{Sending.View("new", "ann", "item-01", """{"personalization":true}""")}]", 202); await world.Apply(); },
            () => world.Call("PUT", "consent", """{"visitor":"ann","purposes":{"location":false},"source":"test","noticeVersion":"1"}""", 200),
            () => world.Call("PUT", "catalog/items", """[{"id":"item-00","category":"shoes","available":false}]""", 200),
            () => world.Call("PUT", "rules", """{"rules":[{"id":"r","kind":"boost","by":0.1,"items":{"categories":["hats"]}}]}""", 200),
            () => world.Call("PUT", "experiments", """{"layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":1},{"name":"b","weight":1}]}]}]}""", 200),
        })
        {
            var before = await Named("ann");
            Assert.Equal(before, await Named("ann"));
            await change();
            Assert.NotEqual(before, await Named("ann"));
        }
    }

    [Theory]
    [InlineData("rules", "from"), InlineData("rules", "until"), InlineData("experiments", "from"), InlineData("experiments", "until")]
    public async Task It_is_a_new_one_when_a_rule_or_an_experiment_begins_or_ends(string artefact, string end)
    {
        var time = $"\"{end}\":\"{world.Clock.GetUtcNow().AddSeconds(1):yyyy-MM-ddTHH:mm:ssZ}\"";
        await world.Call("PUT", artefact, artefact == "rules"
            ? """{"rules":[{"id":"r","kind":"boost","by":0.1,"items":{"categories":["hats"]},"when":{TIME}}]}""".Replace("TIME", time, StringComparison.Ordinal)
            : """{"layers":[{"id":"l","experiments":[{"id":"e","share":1,TIME,"variants":[{"name":"a","weight":1},{"name":"b","weight":1}]}]}]}""".Replace("TIME", time, StringComparison.Ordinal), 200);
        var before = await Named("ann");
        world.Clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(before, await Named("ann"));
        world.Clock.Advance(TimeSpan.FromMilliseconds(100));
        Assert.NotEqual(before, await Named("ann"));
    }

    [Fact]
    public async Task A_refusal_takes_the_person_from_the_very_next_answer()
    {
        Assert.Null(DecisionWorld.Fallback(await world.Decide("recommendations", "ann")));
        await world.Call("PUT", "consent", """{"visitor":"ann","purposes":{"personalization":false},"source":"test","noticeVersion":"1"}""", 200);
        Assert.Equal("no-consent", DecisionWorld.Fallback(await world.Decide("recommendations", "ann")));
    }

    [Fact]
    public async Task Calls_without_a_name_are_never_taken_for_one_another()
    {
        var first = await world.Call("POST", "decisions/recommendations", "{}", 200);
        var second = await world.Call("POST", "decisions/recommendations", "{}", 200);
        Assert.NotEqual(first.GetProperty("visitor").GetString(), second.GetProperty("visitor").GetString());
        Assert.NotEqual(first.GetProperty("decision").GetString(), second.GetProperty("decision").GetString());
    }

    [Fact]
    public async Task It_can_be_switched_off()
    {
        await using var never = await PrivacyWorld.Open(("Decisions__RepeatFor", "00:00:00"));
        await never.Stock();
        await never.LikesShoes("ann");
        Assert.NotEqual(Name(await never.Decide("search", "ann")), Name(await never.Decide("search", "ann")));
    }

    private async Task<string> Named(string visitor, string channel = "web") => Name(await world.Decide("recommendations", visitor, channel));

    private static string Name(JsonElement answer) => answer.GetProperty("decision").GetString()!;
}
