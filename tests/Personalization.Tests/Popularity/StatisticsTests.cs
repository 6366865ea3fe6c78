using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Popularity;

/// <summary>From what deliveries add to what decisions read.</summary>
public sealed class StatisticsTests : IAsyncLifetime
{
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage storage;
    private readonly Featurizer featurizer;
    private readonly Catalogue catalogue;
    private readonly PopularityRanking ranking;
    private long sequence;

    public StatisticsTests()
    {
        storage = InMemory.Storage(clock);
        catalogue = new(storage.Documents, clock, new(TimeSpan.FromDays(1)));
        featurizer = new(storage.Documents, catalogue, new(storage.Documents, clock, meter), static (_, _) => new(ConsentState.None), clock, meter);
        ranking = new(storage.Documents, clock);
    }

    public async Task InitializeAsync() => await catalogue.Upsert([.. Behaviour.Catalogue.All.Select(i => i.Item)], default);

    public async Task DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }

    [Fact]
    public async Task Items_are_ranked_by_how_much_they_are_met_and_nobodys_items_are_not_counted()
    {
        await Deliver(Behaviour.Event(EventType.AddToCart, null, 0, 1), Behaviour.Event(EventType.View, null, 1, 2), Behaviour.Event(EventType.View, null, 1, 999));
        await ranking.Rank(default);
        Assert.Equal([(Behaviour.Item(1), 1f), (Behaviour.Item(2), 1 / 3f)], ranking.Now.Overall.Select(i => (i.Item, i.Score)));
        Assert.Equal(1 / 3f, ranking.Now.ScoreOf(Behaviour.Item(2)));
    }

    [Fact]
    public async Task A_region_has_its_own_ranking()
    {
        Assert.True(Region.TryParse("DE", out var here));
        await Deliver(Behaviour.Event(EventType.AddToCart, null, 0, 1), Behaviour.Event(EventType.View, null, 1, 2) with { Region = here });
        await ranking.Rank(default);
        Assert.Equal(Behaviour.Item(2), Assert.Single(ranking.Now.In(here)).Item);
    }

    [Fact]
    public async Task What_rises_is_trending_and_what_was_always_there_is_not()
    {
        for (var day = 60; day > 0; day--) await Deliver(Behaviour.Event(EventType.AddToCart, Behaviour.Start.AddDays(-day), 0, 1));
        await Deliver(Behaviour.Event(EventType.View, null, 1, 2));
        clock.Advance(TimeSpan.FromHours(1));
        await ranking.Rank(default);
        Assert.Equal(Behaviour.Item(2), ranking.Now.Trending.First().Item);
        Assert.Equal(Behaviour.Item(1), ranking.Now.Overall.First().Item);
    }

    [Fact]
    public async Task Items_viewed_by_the_same_people_and_bought_together_go_with_each_other()
    {
        await Deliver(
            Behaviour.Event(EventType.View, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 2), Behaviour.Event(EventType.View, Behaviour.Start.AddDays(2), 0, 3),
            Behaviour.Event(EventType.Purchase, null, 1, 4, 5), Behaviour.Event(EventType.Purchase, Behaviour.Start.AddDays(9), 1, 6));
        await ranking.Rank(default);
        Assert.Equal([Behaviour.Item(2).Value], await CompanionsOf(1, PairKind.Viewed));
        Assert.Empty(await CompanionsOf(3, PairKind.Viewed));
        Assert.Equal(new[] { Behaviour.Item(4).Value, Behaviour.Item(5).Value }.Order(), (await CompanionsOf(6, PairKind.Bought)).Order());
        Assert.Empty(await CompanionsOf(1, PairKind.Bought));
    }

    [Fact]
    public async Task Decisions_read_companions_from_memory_and_find_them_once_they_are_loaded()
    {
        await Deliver(Behaviour.Event(EventType.View, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 2));
        await ranking.Rank(default);
        var reader = new CompanionReader(storage.Documents, clock);
        while (reader.Of(Behaviour.Item(1), PairKind.Viewed) is []) await Task.Yield();
        Assert.Equal(new Companion(Behaviour.Item(2).Value, 1), Assert.Single(reader.Of(Behaviour.Item(1), PairKind.Viewed)));
        Assert.Empty(reader.Of(Behaviour.Item(1), PairKind.Bought));
    }

    [Fact]
    public async Task Folding_twice_after_a_crash_counts_once()
    {
        await Deliver(Behaviour.Event(EventType.View, null, 0, 1));
        var tallies = (await storage.Documents.List(Statistics.Store, Statistics.Tallies, null, 10, default)).Value.Items;
        await new TallyFold(storage.Documents, clock).Run(default);
        var once = await Shard(Behaviour.Item(1));
        // Folded, but not yet cleared away when the process died.
        foreach (var t in tallies) await storage.Documents.Put(Statistics.Store, Statistics.Tallies, t.Id, t.Body, Condition.None, null, default);
        Assert.True(await new TallyFold(storage.Documents, clock).Run(default));
        Assert.Equal(once, await Shard(Behaviour.Item(1)));
    }

    [Fact]
    public async Task A_tally_beyond_the_mark_does_not_count()
    {
        await Deliver(Behaviour.Event(EventType.View, null, 0, 1));
        var tally = Assert.Single((await storage.Documents.List(Statistics.Store, Statistics.Tallies, null, 10, default)).Value.Items);
        await storage.Documents.Put(Statistics.Store, Statistics.Tallies, Statistics.TallyId(3, clock.GetUtcNow().ToUnixTimeMilliseconds() + 2), tally.Body, Condition.None, null, default);
        await new TallyFold(storage.Documents, clock).Run(default);
        Assert.Equal(1, Assert.Single(ItemPopularity.Read(await Shard(Behaviour.Item(1)))).Week);
    }

    [Fact]
    public async Task A_shard_that_cannot_be_read_is_counted_anew()
    {
        await storage.Documents.Put(Statistics.Store, Statistics.Popularity, Statistics.ShardId(Statistics.BucketOf(Behaviour.Item(1).Value)), "{damaged"u8.ToArray(), Condition.None, null, default);
        await Deliver(Behaviour.Event(EventType.View, null, 0, 1));
        await ranking.Rank(default);
        Assert.Equal(Behaviour.Item(1), Assert.Single(ranking.Now.Overall).Item);
    }

    [Fact]
    public void The_fullest_tally_and_shards_fit_a_document()
    {
        var tally = Framed.Bytes<ItemCount, PairCount>(new ItemCount[Tally.MaxRows], new PairCount[Tally.MaxRows]);
        var shard = Framed.Bytes<Folded, CompanionRow>(new Folded[1000], new CompanionRow[Companions.KeptRows]);
        Assert.InRange(Math.Max(tally, shard), 1, Document.MaxBytes);
    }

    [Fact]
    public void A_shard_keeps_the_strongest()
    {
        var counts = Enumerable.Range(0, ItemPopularity.Kept + 5).Select(i => new ItemCount((ulong)i, 0, 490_000, i + 1)).ToArray();
        var tally = new NumberedTally(3, 1, counts, []);
        var rows = ItemPopularity.Read(ItemPopularity.Fold(null, [tally], [.. counts.Select(c => (tally, c))]));
        Assert.Equal(ItemPopularity.Kept, rows.Length);
        Assert.DoesNotContain(rows, r => r.Item < 5);
    }

    private async Task Deliver(params StreamedEvent[] events) =>
        await featurizer.Apply(new("behaviour", "3", [.. events.Select(e => Behaviour.Record(sequence++, e))], 0), default);

    private async Task<byte[]> Shard(ItemKey item) =>
        (await storage.Documents.Get(Statistics.Store, Statistics.Popularity, Statistics.ShardId(Statistics.BucketOf(item.Value)), default)).Value.Body.ToArray();

    private async Task<IEnumerable<ulong>> CompanionsOf(int item, PairKind kind)
    {
        var found = await storage.Documents.Get(Statistics.Store, kind == PairKind.Bought ? Statistics.Bought : Statistics.Viewed, Statistics.ShardId(Statistics.BucketOf(Behaviour.Item(item).Value)), default);
        return !found.Ok ? [] : Companions.Read(found.Value.Body.Span).TryGetValue(Behaviour.Item(item).Value, out var companions) ? companions.Select(c => c.Item) : [];
    }
}
