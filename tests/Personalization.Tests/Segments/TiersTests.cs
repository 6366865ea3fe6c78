using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
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
using Personalization.Storage.Embedded;
using Personalization.Tests.Decisions;
using Personalization.Tests.Training.Ordering;

namespace Personalization.Tests.Segments;

/// <summary>Decisions from what was prepared for many, beside the same ones scored for themselves.</summary>
public sealed class TiersTests : IDisposable
{
    private static readonly TierOptions Together = TierOptions.Read(new([])) with { Singleton = 1 };
    private static readonly EngineOptions Options = Made.Options(Rankers.Personal, diversifier: Diversifier.Spread);
    private static readonly RecommendationEngine Recommend = new(Made.NoCompanions, Options);
    private static readonly HomepageEngine Page = new(Made.NoCompanions, Options);

    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With(Enumerable.Range(0, 600).Select(n => Made.Item($"item-{n}", $"category-{n % 20}")));
    private static readonly PopularItems Popular = PopularItems.Of(Enumerable.Range(0, 300).Select(n => new PopularItem(ItemKey.Of($"item-{n}"), 1f / (n + 1))), Made.Now);

    private readonly Meter meter = new("tiers");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly Tiers tiers;

    public TiersTests()
    {
        storage = InMemory.Storage(clock);
        tiers = Of(Together);
    }

    public void Dispose() => meter.Dispose();

    [Theory]
    [InlineData("{}"), InlineData("""{"count":30}"""), InlineData("""{"exclude":["item-0","item-3","item-4"]}"""), InlineData("""{"unseen":true,"count":5}""")]
    public void A_strangers_recommendations_are_those_scored_for_itself(string body) => Same(Recommend, body);

    [Theory]
    [InlineData("""{"slots":[{"name":"hero"},{"name":"category-1"},{"name":"trending"},{"name":"category:category-7"}]}"""), InlineData("""{"slots":[]}"""), InlineData("""{"slots":[{"name":"popular","count":3},{"name":"recently-viewed"}]}""")]
    public void A_strangers_homepage_is_the_one_scored_for_itself(string body) => Same(Page, body);

    [Fact]
    public void People_alike_are_answered_from_the_same_list_but_for_what_they_met()
    {
        var first = Decide(Recommend, Known("item-7", "item-27"));
        var second = Decide(Recommend, Known("item-47", "item-67"));
        Assert.Equal((Tier.Micro, TierReason.LowValue), (second.Tier, second.Why));
        Assert.Contains("category-7", string.Join(',', Made.Reasons(second, Made.Ids(second)[0])), StringComparison.Ordinal);
        Assert.Equal(0, Value(first, Column.Seen, "item-47"));
        Assert.True(Value(second, Column.Seen, "item-47") > 0);
        Assert.True(Value(first, Column.Seen, "item-7") > 0);
    }

    [Fact]
    public void What_somebody_met_is_left_out_where_they_ask_for_the_unseen() =>
        Assert.DoesNotContain("item-7", Made.Ids(Decide(Recommend, Known("item-7", "item-27"), """{"unseen":true,"count":40}""")));

    [Fact]
    public void Another_variants_ranker_has_a_list_of_its_own()
    {
        Decide(Recommend, Known("item-7", "item-27"));
        var d = new Made { Profile = Known("item-7", "item-27"), Tiers = tiers, On = stock, Ranker = Rankers.Trending }.By(Recommend, "{}");
        Assert.Equal((Tier.Micro, "trending-1"), (d.Tier, d.Slots[0].Ranker.Name));
    }

    [Fact]
    public void Where_learned_order_puts_what_was_met_first_it_is_there_also_in_a_list_for_many()
    {
        var learned = LearnedRankers.Artefact.Compile(1, new RankerSet { Rankers = [LearnedRankersTests.Learned("recommendations", ("seen-before", 5), ("popular", 1))] }.Body())!;
        var d = new Made { Profile = Known("item-507", "item-527"), Tiers = tiers, On = stock, Ranker = Rankers.Learned, Learned = learned }.By(Recommend, "{}");

        Assert.Equal((Tier.Micro, true), (d.Tier, d.Slots[0].Ranker.IsLearned));
        Assert.Equal(["item-507", "item-527"], Made.Ids(d).Take(2).Order(StringComparer.Ordinal));
        Assert.True(Replay.Of(LoggedFacts.Read(d.Record.Written)!).Same);
    }

    [Fact]
    public void Recently_viewed_shows_what_the_one_person_met() =>
        Assert.Equal(["item-27", "item-7"], Made.Ids(Decide(Page, Known("item-7", "item-27"), """{"slots":[{"name":"recently-viewed"}]}""")));

    [Fact]
    public void A_list_that_was_prepared_counts_what_is_gone_since()
    {
        var body = """{"count":10}""";
        var first = Made.Ids(Decide(Recommend, null, body))[0];
        var without = Catalogue.With([Made.Item(first, Catalogue.Find(first)!.Item.Category) with { Available = false }]);
        var shelf = Shelf.Of(Catalogue, Popular);
        Assert.DoesNotContain(first, Made.Ids(By(Recommend, null, body, tiers, shelf.Over(without))));
        Assert.Equal(10, Made.Ids(By(Recommend, null, body, tiers, shelf.Over(without))).Count);
    }

    [Fact]
    public void So_much_is_excluded_that_a_list_is_made_for_it()
    {
        var body = $$"""{"count":10,"exclude":[{{string.Join(',', Enumerable.Range(0, 60).Select(n => $"\"item-{n}\""))}}]}""";
        Same(Recommend, body);
    }

    [Fact]
    public void Rules_hold_though_the_list_was_prepared_before_them()
    {
        Decide(Recommend, null);
        var rules = CompiledRules.Of(new() { Rules = [new() { Id = "a", Kind = "pin", Items = new() { Ids = ["item-555"] } }, new() { Id = "b", Kind = "exclude", Items = new() { Ids = ["item-0"] } }] }, 1);
        var ids = Made.Ids(By(Recommend, null, "{}", tiers, Shelf.Of(Catalogue, Popular), rules));
        Assert.Equal("item-555", ids[0]);
        Assert.DoesNotContain("item-0", ids);
    }

    [Fact]
    public void A_new_ranking_or_a_minute_makes_a_new_list()
    {
        Decide(Recommend, null);
        var other = PopularItems.Of([new(ItemKey.Of("item-500"), 1)], Made.Now);
        Assert.Equal("item-500", Made.Ids(By(Recommend, null, "{}", tiers, Shelf.Of(Catalogue, other)))[0]);
        var shelf = Shelf.Of(Catalogue, Popular);
        var key = new PreparedKey(DecisionEngine.Recommendations, 1, 0, Segment.Everybody);
        var pools = new PreparedPools(2, clock);
        pools.Keep(key, new(shelf, new(1), 0, [], clock.GetTimestamp() + 600), clock.GetTimestamp());
        Assert.NotNull(pools.Find(key, shelf, clock.GetTimestamp() + 599));
        Assert.Null(pools.Find(key, shelf, clock.GetTimestamp() + 600));
        Assert.Null(pools.Find(key, Shelf.Of(Catalogue, Popular), clock.GetTimestamp()));
    }

    [Fact]
    public void Of_more_lists_than_are_kept_the_one_nobody_wants_goes()
    {
        var (pools, shelf) = (new PreparedPools(2, clock), Shelf.Of(Catalogue, Popular));
        var made = Enumerable.Range(1, 3).Select(n => new PreparedKey(DecisionEngine.Homepage, (ulong)n, 0, Segment.Everybody)).ToArray();
        long At(int second) => second * clock.TimestampFrequency;
        pools.Keep(made[0], new(shelf, new(1), 0, [], long.MaxValue), At(1));
        pools.Keep(made[1], new(shelf, new(1), 0, [], long.MaxValue), At(2));
        pools.Find(made[0], shelf, At(3));
        pools.Keep(made[2], new(shelf, new(1), 0, [], long.MaxValue), At(4));
        Assert.Equal([true, false, true], made.Select(k => pools.Find(k, shelf, At(5)) is not null));
    }

    [Fact]
    public void Nothing_of_whoever_asked_first_is_in_a_segments_list()
    {
        var first = Known("item-7", "item-27");
        Decide(Recommend, first);
        var (shared, alone) = (Decide(Recommend, Known("item-47", "item-67")), By(Recommend, Known("item-47", "item-67"), "{}", Of(Together), Shelf.Of(Catalogue, Popular)));
        Assert.Equal(alone.Record.Written[8..].ToArray(), shared.Record.Written[8..].ToArray());
    }

    [Theory]
    [InlineData(false, "{}"), InlineData(true, "{}"), InlineData(true, """{"slots":[{"name":"hero"},{"name":"category-1"},{"name":"recently-viewed"}]}""")]
    public void A_decision_from_a_prepared_list_comes_out_the_same_to_the_bit(bool known, string body)
    {
        IDecisionEngine engine = body.Contains("slots", StringComparison.Ordinal) ? Page : Recommend;
        var d = Decide(engine, known ? Known("item-7", "item-27") : null, body);
        var facts = LoggedFacts.Read(d.Record.Written)!;
        Assert.True(Replay.Of(facts).Same);
        Assert.Equal((d.Tier, d.Why), (facts.Tier, facts.Why));
        Assert.Equal((DecisionNames.Of(d.Tier), DecisionNames.Of(d.Why)), (Made.Answer(d).GetProperty("tier").GetString(), Made.Answer(d).GetProperty("tierReason").GetString()));
    }

    [Fact]
    public void One_more_than_the_budget_has_is_answered_with_their_segment()
    {
        var one = Of(Together with { Singleton = 0.05f, Singletons = 1 });
        var shelf = Shelf.Of(Catalogue, Popular);
        Assert.Equal(TierReason.HighValue, By(Recommend, Known("item-7", "item-27"), "{}", one, shelf, person: 1).Why);
        var second = By(Recommend, Known("item-7", "item-27"), "{}", one, shelf, person: 2);
        Assert.Equal((Tier.Micro, TierReason.Queued), (second.Tier, second.Why));
        Assert.Equal(TierReason.HighValue, By(Recommend, Known("item-7", "item-27"), "{}", one, shelf, person: 1).Why);
    }

    [Fact]
    public void All_devices_of_a_person_have_one_place()
    {
        var one = Of(Together with { Singleton = 0.05f, Singletons = 1 });
        Personalization.Identity.Subject[] devices = [new(1), new(2)];
        foreach (var device in new[] { 2, 1 })
            Assert.Equal(TierReason.HighValue, new Made { Profile = Known("item-7", "item-27"), Tiers = one, On = stock, Person = device, Members = devices }.By(Recommend, "{}").Why);
    }

    [Fact]
    public void A_search_and_items_asked_about_take_no_place()
    {
        var one = Of(Together with { Singleton = 0, Singletons = 1 });
        var shelf = Shelf.Of(Catalogue, Popular);
        Assert.Equal((Tier.Singleton, TierReason.InPlace), (By(new SearchEngine(Options), Known("item-7"), """{"candidates":[{"id":"item-7"}]}""", one, shelf, person: 1).Tier, By(Recommend, Known("item-7"), """{"kind":"similar","items":["item-7"]}""", one, shelf, person: 2).Why));
        Assert.Equal(TierReason.HighValue, By(Recommend, Known("item-7"), "{}", one, shelf, person: 3).Why);
    }

    [Fact]
    public void A_list_that_is_there_costs_no_memory()
    {
        var (d, profile, shelf) = (new Decision(), Known("item-7", "item-27"), Shelf.Of(Catalogue, Popular));
        void Once()
        {
            d.Clear();
            (d.At, d.Shelf, d.Person) = (Made.Now, shelf, new(null, profile, null, Personalization.Consent.Purposes.None, Fallback.None));
            Decider.Make(Recommend, d, tiers);
        }

        for (var n = 0; n < 200; n++) Once();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var n = 0; n < 100; n++) Once();
        // What the answer's writing itself takes for each decision.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 128);
    }

    private void Same(IDecisionEngine engine, string body)
    {
        Decide(engine, null, body);
        var (prepared, scored) = (Decide(engine, null, body), By(engine, null, body, null, Shelf.Of(Catalogue, Popular)));
        Assert.Equal((Tier.Macro, TierReason.NothingPersonal), (prepared.Tier, prepared.Why));
        for (var s = 0; s < scored.SlotCount; s++) Assert.Equal(Made.Ids(scored, s), Made.Ids(prepared, s));
        Assert.Equal(scored.Placed.Select(p => p.Score), prepared.Placed.Select(p => p.Score));
        Assert.True(prepared.Pool.Count < scored.Pool.Count || body.Contains("unseen", StringComparison.Ordinal) || body.Contains("slots", StringComparison.Ordinal) || body.Contains("30", StringComparison.Ordinal), $"{prepared.Pool.Count} of {scored.Pool.Count}");
    }

    private static Profile Known(params string[] items) => Made.Met(Catalogue, EventType.View, items);

    private Decision Decide(IDecisionEngine engine, Profile? profile, string body = "{}") => By(engine, profile, body, tiers, stock);

    private readonly Shelf stock = Shelf.Of(Catalogue, Popular);

    private Tiers Of(TierOptions options) => new(options, new(options), new Published<Reservations>(storage.Documents, Reservations.Artefact, clock, meter), clock, meter);

    private static Decision By(IDecisionEngine engine, Profile? profile, string body, Tiers? tiers, Shelf shelf, CompiledRules? rules = null, int person = 0) =>
        new Made { Profile = profile, Tiers = tiers, On = shelf, Rules = rules ?? CompiledRules.None, Person = person }.By(engine, body);

    private static float Value(Decision d, Column column, string item)
    {
        for (var i = 0; i < d.Pool.Count; i++)
            if (d.Pool.Keys[i] == ItemKey.Of(item).Value) return d.Pool.Value(column, i);
        throw new InvalidOperationException($"{item} is no candidate");
    }
}
