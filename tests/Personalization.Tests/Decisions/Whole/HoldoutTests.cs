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
}
