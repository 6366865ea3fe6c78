using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Explaining;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Logging;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Segments;

namespace Personalization.Tests.Decisions;

/// <summary>One object decides for one person after the other: whatever it was used for before, it answers as a new one does.</summary>
public sealed class ReusedDecisionTests : IDisposable
{
    private static readonly EngineOptions Options = Made.Options(Rankers.Personal, diversifier: Diversifier.Spread);
    private static readonly IDecisionEngine[] Engines = [new RecommendationEngine(Beside, Options), new HomepageEngine(Beside, Options), new SearchEngine(Made.Options(Rankers.Search, FallbackPolicy.Given))];

    private static readonly CatalogueSnapshot Shop = CatalogueSnapshot.Empty.With(Enumerable.Range(0, 400).Select(n => Made.Item($"item-{n}", $"c{n % 9}") with { Available = n % 11 != 0, Brand = $"b{n % 5}" }));
    private static readonly PopularItems Popular = PopularItems.Of(Enumerable.Range(0, 150).Select(n => new PopularItem(ItemKey.Of($"item-{n}"), 1f / (n + 1))), Made.Now);
    private static readonly Shelf Stock = Shelf.Of(Shop, Popular);

    private static readonly Profile?[] People =
    [
        null, Made.Met(Shop, EventType.View, "item-1", "item-10"), Made.Met(Shop, EventType.AddToCart, "item-4"),
        Made.Met(Shop, EventType.View, [.. Enumerable.Range(0, 30).Select(n => $"item-{n * 7}")]), Made.Met(Shop, EventType.View),
    ];

    private static readonly CompiledRules[] Rules =
    [
        CompiledRules.None,
        Compiled(new Rule { Id = "a", Kind = "pin", Position = 2, Items = new() { Ids = ["item-300", "item-301", "item-1"] } }, new Rule { Id = "b", Kind = "exclude", Items = new() { Categories = ["c1"] }, When = new() { Segments = ["new", "unknown"] } }),
        Compiled(new Rule { Id = "c", Kind = "filter", Items = new() { Categories = ["c1", "c2"] }, When = new() { Regions = ["DE"] } }, new Rule { Id = "d", Kind = "diversify", Most = 2 }, new Rule { Id = "e", Kind = "bury", Items = new() { Brands = ["b1"] } }),
        Compiled(new Rule { Id = "f", Kind = "promote", Items = new() { Categories = ["c3"] }, When = new() { Devices = ["phone"] } }, new Rule { Id = "g", Kind = "boost", By = -0.7, Items = new() { Ids = ["item-0", "item-2"] }, When = new() { Slots = ["hero", "items"] } }),
    ];

    private readonly Meter meter = new("reused");
    private readonly Tiers tiers;

    public ReusedDecisionTests()
    {
        var clock = new ManualClock();
        var options = TierOptions.Read(new([])) with { Singleton = 0.4f };
        tiers = new(options, new(options), new Published<Reservations>(InMemory.Storage(clock).Documents, Reservations.Artefact, clock, meter), clock, meter);
    }

    public void Dispose() => meter.Dispose();

    [Fact]
    public void Nothing_of_one_request_is_in_the_answer_to_another_and_each_is_made_again_to_the_bit()
    {
        var (random, reused, tiersMet) = (new Random(23), new Decision(), new HashSet<(DecisionEngine, Tier)>());
        for (var n = 0; n < 3000; n++)
        {
            var (engine, person, rules, explore, tiered, seed) = (Engines[random.Next(3)], random.Next(People.Length), Rules[random.Next(4)], random.Next(3) == 0 ? new Exploration(0.4f, 5) : default, random.Next(3) > 0 ? tiers : null, (ulong)random.NextInt64());
            var body = Encoding.UTF8.GetBytes(Body(engine.Engine, random));
            var fresh = new Decision();
            foreach (var d in new[] { fresh, reused })
            {
                d.Clear();
                d.Body = body;
                Assert.Null(new AskReader(body, d.Ask, AskFields.Recommendations | AskFields.Search | AskFields.Homepage).Read());
                if (engine.Engine == DecisionEngine.Search) Assert.Null(SearchEngine.Fault(d));
                (d.At, d.Shelf, d.Subject, d.Id, d.Explore, d.Rules) = (Made.Now, Stock, new((UInt128)(uint)person), new(seed, 7), explore, rules);
                d.Person = new(null, People[person], null, Purposes.None, People[person] is null ? Fallback.UnknownPerson : Fallback.None);
                Decider.Make(engine, d, tiered);
            }

            Assert.Equal(Encoding.UTF8.GetString(fresh.Answer.Written), Encoding.UTF8.GetString(reused.Answer.Written));
            Assert.True(fresh.Record.Written.SequenceEqual(reused.Record.Written));
            Whole(reused);
            tiersMet.Add((engine.Engine, reused.Tier));
        }

        Assert.Equal(8, tiersMet.Count);
    }

    private static void Whole(Decision d)
    {
        using var answer = JsonDocument.Parse(d.Answer.Memory);
        Assert.Equal(d.Placed.Count, d.Placed.Select(p => d.Pool.Keys[p.Candidate]).Distinct().Count());
        var facts = LoggedFacts.Read(d.Record.Written)!;
        Assert.True(Replay.Of(facts).Same);
        Assert.Equal(d.Placed.Count, DecisionReport.Of("d", facts, Shop, _ => null).Slots.Sum(s => s.Items.Count));
        if (d.Engine == DecisionEngine.Search) return;
        Assert.All(d.Placed, p => Assert.True(d.Shelf.CanBeShown(d.Pool.Places[p.Candidate])));
        if (d.Hints.Profile is null) Assert.Equal(0u, d.Pool.Filled & Columns.Personal);
    }

    private static string Body(DecisionEngine engine, Random random)
    {
        var context = random.Next(2) == 0 ? "" : $$""","context":{"region":"{{(random.Next(2) == 0 ? "DE-BY" : "FR")}}","device":"{{(random.Next(2) == 0 ? "phone" : "tv")}}"}""";
        var exclude = random.Next(3) > 0 ? "" : $$""","exclude":[{{Ids(random, random.Next(1, 40))}}]""";
        return engine switch
        {
            DecisionEngine.Search => $$"""{"query":"c{{random.Next(9)}}","candidates":[{{string.Join(',', Enumerable.Range(0, random.Next(1, 30)).Select(i => $$"""{"id":"{{(i % 4 == 0 ? "x" : "item")}}-{{i * 3}}","relevance":{{random.Next(5)}}}"""))}}]{{(random.Next(2) == 0 ? "" : ",\"count\":5")}}{{context}}}""",
            DecisionEngine.Homepage => $$"""{"slots":[{{string.Join(',', new[] { "hero", "for-you", "category-1", "category:c4", "recently-viewed", "trending", "popular", "category-2" }.Where(_ => random.Next(3) == 0).Select(s => $$"""{"name":"{{s}}","count":{{random.Next(1, 14)}}}"""))}}]{{exclude}}{{context}}}""",
            _ => random.Next(3) switch
            {
                0 => $$"""{"kind":"similar","items":[{{Ids(random, 2)}}]{{exclude}}{{context}}}""",
                1 => $$"""{"kind":"session","unseen":true{{exclude}}{{context}}}""",
                _ => $$"""{"count":{{random.Next(1, 40)}},"unseen":{{(random.Next(2) == 0 ? "true" : "false")}}{{exclude}}{{context}}}""",
            },
        };
    }

    private static string Ids(Random random, int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => $"\"item-{random.Next(60)}\""));

    private static IReadOnlyList<Companion> Beside(ItemKey item, PairKind kind) => [new(ItemKey.Of("item-" + (item.Value % 400)).Value, 0.5f), new(ItemKey.Of("item-" + (item.Value % 397)).Value, 0.25f)];

    private static CompiledRules Compiled(params Rule[] rules)
    {
        Assert.Null(RuleCheck.Fault(new() { Rules = rules }));
        return CompiledRules.Of(new() { Rules = rules }, 1);
    }
}
