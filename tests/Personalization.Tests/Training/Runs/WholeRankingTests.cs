using System.Text.Json;
using Personalization.Audit;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Publishing;
using Personalization.Tests.Decisions.Whole;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;
using Personalization.Tests.Training.Ordering;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>In the whole application: people are shown things and click, a run learns from it, and the next page is in another order.</summary>
public sealed class WholeRankingTests : IAsyncLifetime
{
    private const int People = 55;
    private const string Consent = """{"personalization":true,"training":true,"sensitive":false}""";

    private PrivacyWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open(
            ("Decisions__Explore", "0.5"), ("Decisions__RepeatFor", "00:00:00"), ("Recommendations__Ranker", "learned"), ("Training__RankingFewest", "100"), ("Training__PromoteTo", "Candidate"),
            ("Recommendations__Diversifier", "None"), ("Privacy__Verify", "none"), ("Tiers__On", "false"));
        await world.Stock();
        for (var n = 0; n < People; n++)
        {
            await world.Call("PUT", "consent", $$"""{"visitor":"v{{n}}","purposes":{{Consent}},"source":"s","noticeVersion":"1"}""", 200);
            await world.Call("POST", "events", $"[{string.Join(',', Enumerable.Range(0, 3).Select(i => Sending.View($"v{n}-{i}", $"v{n}", $"item-{i * 4:d2}", Consent)))}]", 202);
        }

        await world.Apply();
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task What_people_click_comes_first_after_the_next_run_and_can_be_taken_back()
    {
        // Everybody clicks what they have seen before, which the standard ranker puts behind.
        await Days(4);
        Assert.Equal("personal-1", await RankerOf("v1"));
        var run = await Trained();
        var found = run.GetProperty("rankers").EnumerateArray().Single(r => r.GetProperty("engine").GetString() == "recommendations");
        var name = found.GetProperty("became").GetString()!;
        Assert.StartsWith("learned-", name, StringComparison.Ordinal);
        Assert.Equal(name, (await world.Call("GET", "rankers", null, 200)).GetProperty("rankers")[0].GetProperty("name").GetString());
        Assert.True((await world.Call("GET", "rankers", null, 200)).GetProperty("rankers")[0].GetProperty("weights").GetProperty("seen-before").GetSingle() > 0);
        Assert.Equal(name, await RankerOf("v1"));
        var told = (await InMemory.Entries(InMemory.Audit(world.Storage, world.Clock, world.Parts.Meter))).Single(e => e.Type == AuditTypes.RankersPromoted);
        Assert.Equal(["before", "sha256", "version"], told.Open.Keys.Order(StringComparer.Ordinal));

        await world.Call("POST", "rankers/revert", """{"to":9}""", 404);
        await world.Call("POST", "rankers/revert", "{}", 404);
        Assert.Equal(2, (await world.Call("DELETE", "rankers", null, 200)).GetProperty("version").GetInt32());
        Assert.Equal(2, (await world.Call("DELETE", "rankers", null, 200)).GetProperty("version").GetInt32());
        Assert.Equal("personal-1", await RankerOf("v1"));
        await world.Call("POST", "rankers/revert", "{}", 200);
        Assert.Equal(name, await RankerOf("v1"));
    }

    [Fact]
    public async Task What_is_kept_of_clicks_goes_with_the_person()
    {
        await Days(3);
        var subject = (await world.People.Find(null, "v1", default))!.Value;
        Assert.NotEqual(0, await Outcomes(subject));
        await world.Ask("""{"id":"r-1","type":"erasure","visitor":"v1"}""");
        await world.Finish();

        Assert.Equal("completed", await world.Status("r-1"));
        Assert.Equal(0, await Outcomes(subject));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_or_fails_after_order_was_learned_still_says_what_became_of_it()
    {
        async Task<TrainingRun> Ended(string id, Exception why) => await world.Parts.Training.Run(id, "operator", step => { if (step.StartsWith("reading people", StringComparison.Ordinal)) throw why; }, default);
        var (cancelled, failed) = (await Ended("1", new OperationCanceledException()), await Ended("2", new ArithmeticException()));

        Assert.Equal((TrainingStatus.Cancelled, TrainingStatus.Failed), (cancelled.Status, failed.Status));
        Assert.All([cancelled, failed], run => Assert.Equal(3, run.Rankers?.Count));
    }

    [Fact]
    public async Task Where_order_is_not_to_be_learned_what_was_learned_before_orders_nothing()
    {
        await using var off = await PrivacyWorld.Open(("Training__Private__On", "true"), ("Recommendations__Ranker", "learned"), ("Privacy__Verify", "none"), ("Tiers__On", "false"));
        await off.Stock();
        await off.Call("POST", "events", $"[{Sending.View("v1-0", "v1", "item-00", Consent)}]", 202);
        await off.Apply();
        var published = new Published<LearnedRankers>(off.Storage.Documents, LearnedRankers.Artefact, off.Clock, off.Parts.Meter);
        await published.Publish(new RankerSet { Rankers = [LearnedRankersTests.Learned("recommendations", ("popular", 1))] }.Body(), default);
        await off.Parts.Preload();
        off.Clock.Advance(TimeSpan.FromMinutes(1));
        await off.Decide("recommendations", "v1");

        Assert.Equal("personal-1", await RankerOf("v1", off));
    }

    /// <summary>How much is kept of what came of somebody's decisions.</summary>
    private async Task<int> Outcomes(Subject subject)
    {
        var outcomes = 0;
        await foreach (var record in new DecisionRecords(world.Storage.Stream).Of(subject, default))
            if (OutcomeRecord.MayBe(record.Body.Span)) outcomes++;
        return outcomes;
    }

    /// <summary>Everybody looks so many times and clicks what they know, where it is shown.</summary>
    private async Task Days(int times)
    {
        for (var n = 0; n < People * times; n++)
        {
            var answer = await world.Decide("recommendations", $"v{n % People}");
            var known = DecisionWorld.Items(answer).FirstOrDefault(i => i is "item-00" or "item-04" or "item-08");
            if (known is null) continue;
            var decision = answer.GetProperty("decision").GetString()!;
            await world.Call("POST", "events", $$"""[{"id":"c-{{n}}","type":"click","visitor":"v{{n % People}}","item":"{{known}}","decision":"{{decision}}","consent":{{Consent}}}]""", 202);
        }

        await world.Parts.Decisions.Flush(default);
    }

    private async Task<JsonElement> Trained()
    {
        var id = (await world.Call("POST", "training", "{}", 202)).GetProperty("id").GetString()!;
        await world.Settle();
        return await world.Call("GET", "training/{id}", null, 200, ("id", id));
    }

    private async Task<string> RankerOf(string visitor, PrivacyWorld? of = null)
    {
        var asked = of ?? world;
        var decision = (await asked.Decide("recommendations", visitor)).GetProperty("decision").GetString()!;
        var told = await asked.Call("GET", "decisions/{id}", null, 200, ("id", decision));
        Assert.True((await asked.Call("POST", "decisions/{id}/replay", null, 200, ("id", decision))).GetProperty("same").GetBoolean());
        return told.GetProperty("slots")[0].GetProperty("ranker").GetString()!;
    }
}
