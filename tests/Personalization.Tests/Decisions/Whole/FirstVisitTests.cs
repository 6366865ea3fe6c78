using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Decisions.Whole;

/// <summary>Somebody's first page makes many calls at once, none of which knows who they are.</summary>
public sealed class FirstVisitTests
{
    [Fact]
    public async Task Fifty_calls_at_once_without_a_name_are_one_visitor_with_one_variant()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock();
        await world.Call("PUT", "experiments", """{"layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":1},{"name":"b","weight":1,"settings":{"ranker":"trending-1"}}]}]}]}""", 200);
        var variants = new HashSet<int>();
        for (var person = 0; person < 12; person++)
        {
            var body = $$"""{"session":"first-{{person}}"}""";
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(() => world.Call("POST", n % 2 == 0 ? "decisions/recommendations" : "decisions/homepage", body, 200))));
            Assert.Single(answers.Select(a => a.GetProperty("visitor").GetString()).Distinct());
            await world.Parts.Decisions.Flush(default);
            var seen = new HashSet<int>();
            foreach (var answer in answers)
                seen.Add((await world.Call("GET", "decisions/{id}", null, 200, ("id", answer.GetProperty("decision").GetString()!))).GetProperty("experiments")[0].GetProperty("variant").GetInt32());
            variants.Add(Assert.Single(seen));
        }

        Assert.Equal(2, variants.Count);
    }

    [Fact]
    public async Task Who_comes_back_with_the_token_is_not_given_another()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Stock(4);
        var token = (await world.Call("POST", "decisions/recommendations", "{}", 200)).GetProperty("visitor").GetString();
        var back = await world.Call("POST", "decisions/recommendations", $$"""{"visitor":"{{token}}"}""", 200);
        Assert.False(back.TryGetProperty("visitor", out _));
        Assert.NotEqual(token, (await world.Call("POST", "decisions/recommendations", "{}", 200)).GetProperty("visitor").GetString());
    }
}
