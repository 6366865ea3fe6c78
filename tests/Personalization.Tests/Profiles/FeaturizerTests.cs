using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Profiles;

/// <summary>However often and however cut the stream is delivered, the features are those of one delivery.</summary>
public sealed class FeaturizerTests : IAsyncLifetime
{
    private static readonly string[] People = [new('a', 32), new('b', 32), new('c', 32)];
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage items;
    private readonly Catalogue catalogue;

    public FeaturizerTests()
    {
        items = InMemory.Storage(clock);
        catalogue = new(items.Documents, clock, new(TimeSpan.FromDays(1)));
    }

    public async Task InitializeAsync() =>
        await catalogue.Upsert([.. Enumerable.Range(0, 7).Select(i => new Item { Id = $"item{i}", Category = $"category{i % 3}" })], default);

    public async Task DisposeAsync()
    {
        await items.DisposeAsync();
        meter.Dispose();
    }

    [Fact]
    public async Task Any_redelivery_with_crashes_between_any_two_writes_gives_the_same_bytes()
    {
        var records = Records(120);
        await using var healthy = InMemory.Storage(clock);
        var once = await Deliver(healthy.Documents, [records]);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            await using var storage = InMemory.Storage(clock);
            var documents = new CrashingDocuments(storage.Documents, random, crashOneIn: 6);
            Assert.Equal(once, await Deliver(documents, Redelivered(records, random)));
        }
    }

    [Fact]
    public async Task A_record_that_is_no_event_becomes_a_dead_letter_without_its_content_and_holds_nothing_up()
    {
        await using var storage = InMemory.Storage(clock);
        var documents = storage.Documents;
        var records = Records(2);
        await Deliver(documents, [[records[0], new(5, clock.GetUtcNow(), null, "PLANTED garbage"u8.ToArray()), new(6, clock.GetUtcNow(), null, "null"u8.ToArray()), records[1] with { Sequence = 7 }]]);
        var letters = (await documents.List(DeadLetters.Store, "behaviour-3", null, 10, default)).Value.Items;
        Assert.Equal([5, 6], letters.Select(l => JsonElement.Parse(l.Body.Span).GetProperty("sequence").GetInt64()));
        Assert.DoesNotContain(letters, l => Encoding.UTF8.GetString(l.Body.Span).Contains("PLANTED", StringComparison.Ordinal));
        Assert.Equal(7, (await Profile(documents, People[1]))!.Applied["3"]);
    }

    [Fact]
    public async Task A_profile_that_cannot_be_read_is_left_alone_and_holds_nobody_up()
    {
        await using var storage = InMemory.Storage(clock);
        await storage.Documents.Put(Personalization.Profiles.Profile.Store, People[0], Personalization.Profiles.Profile.Id, "{damaged"u8.ToArray(), Condition.None, null, default);
        await Deliver(storage.Documents, [Records(3)]);
        Assert.Equal("{damaged"u8.ToArray(), (await storage.Documents.Get(Personalization.Profiles.Profile.Store, People[0], Personalization.Profiles.Profile.Id, default)).Value.Body.ToArray());
        Assert.NotNull(await Profile(storage.Documents, People[1]));
        var letter = Assert.Single((await storage.Documents.List(DeadLetters.Store, "behaviour-3", null, 10, default)).Value.Items);
        Assert.Equal("profile-unreadable", JsonElement.Parse(letter.Body.Span).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_popularity_shard_that_cannot_be_read_is_counted_anew()
    {
        await using var storage = InMemory.Storage(clock);
        await storage.Documents.Put(PopularityShard.Store, PopularityShard.Partition, "shard-3", "{damaged"u8.ToArray(), Condition.None, null, default);
        await Deliver(storage.Documents, [Records(3)]);
        var ranking = new PopularityRanking(storage.Documents, clock);
        await ranking.Rank(default);
        Assert.Equal(3, ranking.Now.Items.Count);
    }

    [Fact]
    public async Task A_profile_holds_recent_items_and_categories_and_no_event()
    {
        await using var storage = InMemory.Storage(clock);
        var documents = storage.Documents;
        await Deliver(documents, [Records(3)]);
        var profile = (await Profile(documents, People[0]))!;
        Assert.Equal("item0", Assert.Single(profile.Recent).Item);
        Assert.Equal("category0", Assert.Single(profile.Categories).Key);
    }

    private static List<IReadOnlyList<DeliveredRecord>> Redelivered(List<DeliveredRecord> records, Random random)
    {
        // A consumer starts somewhere at or before where it got to, and takes any number of records at once.
        var deliveries = new List<IReadOnlyList<DeliveredRecord>>();
        for (var at = 0; at < records.Count;)
        {
            var from = Math.Max(0, at - random.Next(0, 40));
            var to = Math.Min(records.Count, Math.Max(at, from) + random.Next(1, 40));
            deliveries.Add(records[from..to]);
            at = to;
        }

        return deliveries;
    }

    private List<DeliveredRecord> Records(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new DeliveredRecord(i, clock.GetUtcNow(), null, Encoding.UTF8.GetBytes(
            $$"""{"subject":"{{People[i % 3]}}","type":"{{(i % 4 == 0 ? "add_to_cart" : "view")}}","at":"2026-01-05T09:{{i % 60:d2}}:00Z","items":["item{{i % 7}}"]}""")))];

    private async Task<string> Deliver(IDocuments documents, IReadOnlyList<IReadOnlyList<DeliveredRecord>> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            while (true)
            {
                // A crash loses everything in memory: the next attempt starts from what is stored.
                var featurizer = new Featurizer(documents, catalogue, new PopularityCount(documents), new DeadLetters(documents, meter), meter);
                try
                {
                    await featurizer.Apply(new("behaviour", "3", delivery, 0), default);
                    break;
                }
                catch (StoreUnavailableException) { }
            }
        }

        return await Everything(documents);
    }

    private static async Task<string> Everything(IDocuments documents)
    {
        var all = new StringBuilder();
        foreach (var store in new[] { Personalization.Profiles.Profile.Store, PopularityShard.Store })
            foreach (var d in (await Inner(documents).Scan(store, null, 1000, default)).Value.Items)
                all.AppendLine($"{d.Partition}/{d.Id}: {Encoding.UTF8.GetString(d.Body.Span)}");
        return all.ToString();
    }

    private static IDocuments Inner(IDocuments documents) => documents is CrashingDocuments c ? c.Inner : documents;

    private static async Task<Profile?> Profile(IDocuments documents, string subject) =>
        JsonSerializer.Deserialize((await documents.Get(Personalization.Profiles.Profile.Store, subject, Personalization.Profiles.Profile.Id, default)).Value.Body.Span, Stored.Default.Profile);

    /// <summary>Fails before or after a write took effect, as a process that dies does.</summary>
    private sealed class CrashingDocuments(IDocuments inner, Random random, int crashOneIn) : IDocuments
    {
        public IDocuments Inner => inner;

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            if (random.Next(crashOneIn) == 0) return Outcome.Failed<Etag>(Status.Unavailable);
            var done = await inner.Put(store, partition, id, body, when, expiry, stop);
            return random.Next(crashOneIn) == 0 ? Outcome.Failed<Etag>(Status.Unavailable) : done;
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
