using System.Text.Json;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Identity;
using Personalization.Models;
using Personalization.Models.Guarding;
using Personalization.Tests.Decisions.Whole;
using Personalization.Tests.Events;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Models.Guarding;

/// <summary>A canary in the whole application: people decide, click or do not, and the guardrail looks.</summary>
public sealed class WholeTrialTests : IAsyncLifetime
{
    // So many that either side has enough of them but for a chance of 1e-8.
    private const int People = 60;
    private const string Consent = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";

    private PrivacyWorld world = null!;

    public async Task InitializeAsync()
    {
        world = await PrivacyWorld.Open(("Models__GuardDecisions", "100"), ("Models__GuardAlarm", "0.000001"), ("Decisions__RepeatFor", "00:00:00"), ("Models__ShadowSample", "1"));
        await world.Stock();
        for (var n = 0; n < People; n++) await world.LikesShoes($"v{n}");
        foreach (var name in new[] { "first", "second" }) await world.Parts.Models.Registry.Keep(Learn.TwoKinds(name), Cards.Good(), default);
        await Move("first", """{"to":"champion","reason":"first"}""");
        await Move("second", """{"to":"canary","share":50,"reason":"try it"}""");
        // Models are loaded beside the callers.
        for (var n = 0; n < 1_000_000 && world.Parts.Models.Served.Lineup is { Next: not null } or { Rollout.Canary: null }; n++) await Task.Yield();
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Whoever_is_in_the_canary_always_gets_it_and_all_of_it_can_be_made_again()
    {
        var seen = new HashSet<string>();
        for (var n = 0; n < People; n++)
        {
            var answer = await world.Decide("recommendations", $"v{n}");
            var model = Model(answer);
            seen.Add(model);
            foreach (var engine in DecisionWorld.Calls) Assert.Equal(model, Model(await world.Decide(engine, $"v{n}")));
            await world.Parts.Decisions.Flush(default);
            var replay = await world.Call("POST", "decisions/{id}/replay", null, 200, ("id", answer.GetProperty("decision").GetString()!));
            Assert.True(replay.GetProperty("same").GetBoolean(), replay.GetRawText());
        }

        Assert.Equal(["first", "second"], seen.Order(StringComparer.Ordinal));
        Assert.Equal("first", Model(await world.Call("POST", "decisions/recommendations", "{}", 200)));
    }

    [Fact]
    public async Task A_canary_whose_people_turn_away_is_taken_out_by_itself_and_the_audit_log_says_why()
    {
        await Days(clicks: model => model == "first" ? 0.5 : 0.1);
        var report = await world.Call("GET", "models/{id}/canary", null, 200, ("id", "second"));
        Assert.Contains("good outcomes per decision", report.GetProperty("harm").GetString(), StringComparison.Ordinal);
        Assert.Equal(People * 12, report.GetProperty("ofChampion").GetProperty("decisions").GetInt32() + report.GetProperty("ofCanary").GetProperty("decisions").GetInt32());
        await Watch();
        var model = await world.Call("GET", "models/{id}", null, 200, ("id", "second"));
        Assert.Equal("retired", model.GetProperty("state").GetString());
        var step = (await world.Call("GET", "models", null, 200)).GetProperty("rollout").GetProperty("step");
        Assert.Equal(("guardrail", "second"), (step.GetProperty("what").GetString(), step.GetProperty("model").GetString()));
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < People; n++)
        {
            for (var tries = 0; tries < 1_000_000 && world.Parts.Models.Served.Lineup.Rollout.Canary is not null; tries++) await Task.Yield();
            Assert.Equal("first", Model(await world.Decide("recommendations", $"v{n}")));
        }

        var log = InMemory.Audit(world.Storage, world.Clock, world.Parts.Meter);
        var told = (await InMemory.Entries(log)).Last(e => e.Type == AuditTypes.ModelPromoted);
        Assert.Equal("guardrail", told.Open["step"]);
        Assert.StartsWith("good outcomes per decision: 0.", told.Open["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_whose_people_do_as_the_others_stays()
    {
        await Days(clicks: _ => 0.3);
        await Watch();
        Assert.Equal("canary", (await world.Call("GET", "models/{id}", null, 200, ("id", "second"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Only_what_a_person_does_after_a_decision_of_their_own_counts()
    {
        world.Clock.Advance(TrialBook.Settled);
        var mine = (await world.Decide("recommendations", "v1")).GetProperty("decision").GetString()!;
        await Click("v2", mine, "a");
        await Click("v1", "d-" + new string('A', 32), "b");
        await Click("v1", "nothing", "c");
        await Click("v1", mine, "d", type: "view");
        Assert.Equal((1, 0), await Counted());
        await Click("v1", mine, "e");
        await Click("v1", mine, "e");
        Assert.Equal((1, 1), await Counted());
        world.Clock.Advance(TrialBook.Window + TimeSpan.FromMinutes(1));
        await Click("v1", mine, "f");
        Assert.Equal((1, 1), await Counted());
    }

    [Fact]
    public async Task Decisions_before_every_process_knew_of_the_canary_and_those_for_strangers_are_on_neither_side()
    {
        await world.Decide("recommendations", "v1");
        world.Clock.Advance(TrialBook.Settled);
        await world.Decide("recommendations", "nobody-knows-them");
        Assert.Equal((0, 0), await Counted());
    }

    [Fact]
    public async Task What_one_process_counted_another_reads_and_another_share_begins_anew()
    {
        world.Clock.Advance(TrialBook.Settled);
        await world.Decide("recommendations", "v1");
        await world.Parts.Models.Trials.Flush(default);
        await world.Start(null);
        await world.Decide("recommendations", "v2");
        Assert.Equal((2, 0), await Counted());
        await Move("second", """{"to":"canary","share":40,"reason":"less"}""");
        world.Clock.Advance(TrialBook.Settled);
        Assert.Equal((0, 0), await Counted());
    }

    [Fact]
    public async Task Nothing_that_is_kept_of_a_trial_names_anybody()
    {
        await Days(clicks: _ => 0.3);
        await world.Parts.Models.Trials.Flush(default);
        var kept = (await world.Documents()).Where(d => d.Store == TrialSheets.Store.Name).ToList();
        Assert.NotEmpty(kept);
        var numbers = new HashSet<JsonValueKind> { JsonValueKind.Array };
        Assert.All(kept, d => Assert.All(JsonElement.Parse(d.Document.Body.Span).EnumerateObject(), m => Assert.Contains(m.Value.ValueKind, numbers)));
    }

    private static string Model(JsonElement answer) => answer.GetProperty("versions").GetProperty("model").GetString()!;

    private Task<JsonElement> Move(string model, string body) => world.Call("POST", "models/{id}/promote", body, 200, ("id", model));

    private Task Watch() => ((Trigger.Timer)world.Parts.Table.Find("WatchCanary")!.Trigger).Handle(new(null, null, null, false), default).AsTask();

    /// <summary>Everybody decides twelve times, and clicks as often as the test says.</summary>
    private async Task Days(Func<string, double> clicks)
    {
        world.Clock.Advance(TrialBook.Settled);
        var chance = new Random(5);
        for (var n = 0; n < People; n++)
            for (var round = 0; round < 12; round++)
            {
                var answer = await world.Decide("recommendations", $"v{n}");
                if (chance.NextDouble() < clicks(Model(answer))) await Click($"v{n}", answer.GetProperty("decision").GetString()!, $"{n}-{round}");
            }
    }

    private Task<JsonElement> Click(string visitor, string decision, string id, string type = "click") =>
        world.Call("POST", "events", $$"""[{"id":"click-{{id}}","type":"{{type}}","visitor":"{{visitor}}","item":"item-00","decision":"{{decision}}","consent":{{Consent}}}]""", 202);

    private async Task<(int Decisions, int Good)> Counted()
    {
        var report = await world.Call("GET", "models/{id}/canary", null, 200, ("id", "second"));
        var sides = new[] { report.GetProperty("ofChampion"), report.GetProperty("ofCanary") };
        return (sides.Sum(s => s.GetProperty("decisions").GetInt32()), sides.Sum(s => (int)Math.Round(s.GetProperty("outcomes").GetDouble() * s.GetProperty("decisions").GetInt32())));
    }
}
