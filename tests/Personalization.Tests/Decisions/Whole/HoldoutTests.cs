using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>Whoever is held out gets nothing personal, whatever they ask for and wherever.</summary>
public sealed class HoldoutTests
{
    [Fact]
    public async Task Who_is_held_out_gets_what_a_stranger_gets_in_every_engine_and_channel()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        var people = Enumerable.Range(0, 24).Select(n => $"person-{n}").ToList();
        foreach (var person in people) await world.LikesShoes(person);
        var before = (await world.Decide("recommendations", people[0])).GetProperty("tier").GetString();
        Assert.Equal("micro", before);
        await world.Call("PUT", "experiments", """{"holdout":{"share":0.5,"seed":"s"},"layers":[]}""", 200);
        var held = 0;
        foreach (var person in people)
        {
            var answers = new List<(string Engine, System.Text.Json.JsonElement Answer)>();
            foreach (var engine in DecisionWorld.Calls)
                foreach (var channel in new[] { "web", "app", "email", "third-party" }) answers.Add((engine, await world.Decide(engine, person, channel)));
            var @in = answers.Count(a => DecisionWorld.Fallback(a.Answer) == "holdout");
            Assert.True(@in is 0 || @in == answers.Count, "The same people everywhere.");
            if (@in == 0)
            {
                Assert.All(answers, a => Assert.NotEqual("macro", a.Answer.GetProperty("tier").GetString()));
                continue;
            }

            held++;
            foreach (var (engine, answer) in answers)
            {
                var stranger = await world.Decide(engine, "nobody-knows");
                Assert.Equal(DecisionWorld.Items(stranger), DecisionWorld.Items(answer));
                Assert.Empty(answer.GetProperty("consent").GetProperty("used").EnumerateArray());
                Assert.DoesNotContain("seen-before", answer.GetRawText(), StringComparison.Ordinal);
            }
        }

        Assert.InRange(held, 3, 21);
    }

    [Fact]
    public async Task Who_is_held_out_is_told_apart_by_nothing_in_messages_either()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        await world.Call("PUT", "experiments", """{"holdout":{"share":0.5,"seed":"s"},"layers":[]}""", 200);
        await world.Call("PUT", "campaigns", """{"campaigns":[{"id":"for-shoe-lovers","value":9,"urgency":1,"when":{"segments":["category:shoes"]}},{"id":"for-all","value":1,"urgency":1}]}""", 200);
        var (held, served) = (0, 0);
        for (var n = 0; n < 16; n++)
        {
            var person = $"person-{n}";
            await world.LikesShoes(person);
            await world.Call("PUT", "consent", $$"""{"visitor":"{{person}}","purposes":{"personalization":true,"marketing":true},"source":"s","noticeVersion":"1"}""", 200);
            var isHeld = DecisionWorld.Fallback(await world.Decide("recommendations", person)) == "holdout";
            foreach (var channel in new[] { "web", "app", "email" })
            {
                var answer = await world.Call("POST", "decisions/messages", $$"""{"visitor":"{{person}}","channel":"{{channel}}","slots":["top"],"context":{"region":"DE"} }""", 200);
                Assert.Equal(isHeld ? "for-all" : "for-shoe-lovers", answer.GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
                var report = await world.Call("GET", "decisions/{id}", null, 200, ("id", answer.GetProperty("decision").GetString()!));
                Assert.Equal(("messages", isHeld), (report.GetProperty("engine").GetString(), report.GetProperty("heldOut").GetBoolean()));
            }

            _ = isHeld ? held++ : served++;
        }

        Assert.True(held > 0 && served > 0);
    }
}
