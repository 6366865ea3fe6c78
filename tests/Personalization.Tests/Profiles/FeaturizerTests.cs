using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>However often and however cut the stream is delivered, the features are those of one delivery.</summary>
public sealed class FeaturizerTests : IAsyncLifetime
{
    private const int People = 3;
    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();
    private readonly EmbeddedStorage items;
    private readonly Catalogue catalogue;

    public FeaturizerTests()
    {
        items = InMemory.Storage(clock);
        catalogue = new(items.Documents, clock, new(TimeSpan.FromDays(1)));
    }

    public async Task InitializeAsync() => await catalogue.Upsert([.. Behaviour.Catalogue.All.Select(i => i.Item)], default);

    public async Task DisposeAsync()
    {
        await items.DisposeAsync();
        meter.Dispose();
    }

    [Fact]
    public void Any_redelivery_with_crashes_between_any_two_calls_gives_the_same_bytes() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Same(seed).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_record_that_is_no_event_becomes_a_dead_letter_without_its_content_and_holds_nothing_up()
    {
        await using var storage = InMemory.Storage(clock);
        DeliveredRecord[] records = [.. Enumerable.Range(0, 2).Select(i => Behaviour.Record(i, Behaviour.Event(EventType.View, null, i, 1)))];
        await Deliver(storage.Documents, [[records[0], new(5, clock.GetUtcNow(), null, "PLANTED garbage"u8.ToArray()), new(6, clock.GetUtcNow(), null, "null"u8.ToArray()), records[1] with { Sequence = 7 }]]);
        var letters = (await storage.Documents.List(DeadLetters.Store, "behaviour-3", null, 10, default)).Value.Items;
        Assert.Equal([5, 6], letters.Select(l => JsonElement.Parse(l.Body.Span).GetProperty("sequence").GetInt64()));
        Assert.DoesNotContain(letters, l => Encoding.UTF8.GetString(l.Body.Span).Contains("PLANTED", StringComparison.Ordinal));
        Assert.Equal(7, (await Read(storage.Documents, 1))!.Marks.LastOf(3));
    }

    [Fact]
    public async Task A_profile_that_cannot_be_read_is_left_alone_and_holds_nobody_up()
    {
        await using var storage = InMemory.Storage(clock);
        await storage.Documents.Put(Profile.Store, Behaviour.Person(0).ToString(), Profile.Id, "{damaged"u8.ToArray(), Condition.None, null, default);
        await Deliver(storage.Documents, [[.. Enumerable.Range(0, 3).Select(i => Behaviour.Record(i, Behaviour.Event(EventType.View, null, i, 1)))]]);
        Assert.Equal("{damaged"u8.ToArray(), (await storage.Documents.Get(Profile.Store, Behaviour.Person(0).ToString(), Profile.Id, default)).Value.Body.ToArray());
        Assert.NotNull(await Read(storage.Documents, 1));
        var letter = Assert.Single((await storage.Documents.List(DeadLetters.Store, "behaviour-3", null, 10, default)).Value.Items);
        Assert.Equal("profile-unreadable", JsonElement.Parse(letter.Body.Span).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_resend_under_another_sequence_has_no_effect()
    {
        await using var storage = InMemory.Storage(clock);
        var e = Behaviour.Event(EventType.AddToCart, null, 0, 1);
        await Deliver(storage.Documents, [[Behaviour.Record(0, e), Behaviour.Record(1, e)], [Behaviour.Record(2, e)]]);
        var profile = (await Read(storage.Documents, 0))!;
        Assert.Equal(3, Assert.Single(profile.Recent.All(Behaviour.Now)).Weight);
        Assert.Equal(2, profile.Marks.LastOf(3));
    }

    [Fact]
    public async Task A_lost_profile_is_made_again_by_a_replay_and_a_kept_one_is_not_touched()
    {
        await using var storage = InMemory.Storage(clock);
        var records = Records(new Random(4), 60);
        var once = await Deliver(storage.Documents, [records]);
        await Featurizer(storage.Documents).Apply(new("behaviour", "3", records, 0, Replay: true), default);
        Assert.Equal(once, await Everything(storage.Documents));
        await storage.Documents.Delete(Profile.Store, Behaviour.Person(1).ToString(), Profile.Id, Condition.None, default);
        await Featurizer(storage.Documents).Apply(new("behaviour", "3", records, 0, Replay: true), default);
        var (made, before) = ((await Read(storage.Documents, 1))!, new Profile());
        Behaviour.Fold(before, null, [.. records.Select(Event).Where(e => e.Subject == Behaviour.Person(1))]);
        Assert.Equal(before.Recent.All(Behaviour.Now), made.Recent.All(Behaviour.Now));
    }

    [Fact]
    public async Task A_dead_letter_that_comes_again_counts_once_whatever_its_place()
    {
        await using var storage = InMemory.Storage(clock);
        var (early, late) = (Behaviour.Event(EventType.AddToCart, null, 0, 1), Behaviour.Event(EventType.View, null, 0, 2));
        await Deliver(storage.Documents, [[Behaviour.Record(9, late)]]);
        for (var i = 0; i < 3; i++) await Featurizer(storage.Documents).Apply(new("behaviour", "3", [Behaviour.Record(2, early)], 0, Letter: true), default);
        var profile = (await Read(storage.Documents, 0))!;
        Assert.Equal(3, profile.Recent.All(Behaviour.Now).Single(r => r.Item == Behaviour.Item(1)).Weight);
        Assert.Equal(9, profile.Marks.LastOf(3));
    }

    [Fact]
    public async Task Two_consumers_of_one_partition_count_each_event_once_and_lose_none()
    {
        // As when a partition moves from one process to another: the second one writes while the first has read.
        await using var storage = InMemory.Storage(clock);
        DeliveredRecord[] records = [.. Enumerable.Range(0, 10).Select(i => Behaviour.Record(i, Behaviour.Event(EventType.AddToCart, null, 0, i)))];
        var met = false;
        var racing = new BetweenDocuments(storage.Documents, async store =>
        {
            if (met || store != Profile.Store) return;
            met = true;
            await Featurizer(storage.Documents).Apply(new("behaviour", "3", records[..6], 0), default);
        });
        await Featurizer(racing).Apply(new("behaviour", "3", records, 0), default);
        Assert.True(met);
        Assert.Equal(30, (await Read(storage.Documents, 0))!.Recent.All(Behaviour.Now).Sum(r => r.Weight));
    }

    private async Task<bool> Same(int seed)
    {
        var random = new Random(seed);
        var records = Records(random, random.Next(1, 60));
        await using var healthy = InMemory.Storage(clock);
        var once = await Deliver(healthy.Documents, [records]);
        await using var storage = InMemory.Storage(clock);
        return once == await Deliver(new CrashingDocuments(storage.Documents, random, crashOneIn: 25), Redelivered(records, random));
    }

    private static List<IReadOnlyList<DeliveredRecord>> Redelivered(List<DeliveredRecord> records, Random random)
    {
        // A consumer starts somewhere at or before where it got to, and takes any number of records at once.
        var deliveries = new List<IReadOnlyList<DeliveredRecord>>();
        for (var at = 0; at < records.Count;)
        {
            var from = Math.Max(0, at - random.Next(0, 40));
            var to = Math.Min(records.Count, Math.Max(at, from) + random.Next(1, 40));
            for (var times = random.Next(1, 3); times > 0; times--) deliveries.Add(records[from..to]);
            at = to;
        }

        return deliveries;
    }

    private static List<DeliveredRecord> Records(Random random, int count)
    {
        var sent = new List<StreamedEvent>();
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            // Now and then a sender says the same again.
            var e = sent.Count > 0 && random.Next(8) == 0 ? sent[random.Next(sent.Count)]
                : Behaviour.Event((EventType)random.Next(1, 11), Behaviour.Start.AddMinutes(random.Next(60 * 24 * 3) - 4000), i % People, random.Next(12), random.Next(14)) with
                {
                    Granted = random.Next(3) == 0 ? (Purposes)random.Next(128) : Purposes.All, Session = (ulong)random.Next(3), Value = random.Next(6), DwellMs = random.Next(9000),
                    Region = random.Next(2) == 0 ? default : new((ulong)random.Next(1, 4)), Terms = new[] { (ulong)random.Next(1, 5) },
                };
            sent.Add(e);
            return Behaviour.Record(i, e);
        })];
    }

    private Featurizer Featurizer(IDocuments documents) =>
        new(documents, catalogue, new DeadLetters(documents, clock, meter), static (_, _) => new(ConsentState.None), clock, meter);

    private async Task<string> Deliver(IDocuments documents, IReadOnlyList<IReadOnlyList<DeliveredRecord>> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            while (true)
            {
                // A crash loses everything in memory: the next attempt starts from what is stored.
                try
                {
                    await Featurizer(documents).Apply(new("behaviour", "3", delivery, 0), default);
                    break;
                }
                catch (StoreUnavailableException) { }
            }
        }

        while (true)
        {
            try
            {
                await new TallyFold(documents, clock).Run(default);
                break;
            }
            catch (StoreUnavailableException) { }
        }

        return await Everything(documents);
    }

    /// <summary>Everything stored; of the statistics the rows, because how many deliveries they came in is seen in their marks.</summary>
    private static async Task<string> Everything(IDocuments documents)
    {
        var inner = documents is CrashingDocuments c ? c.Inner : documents;
        var all = new StringBuilder();
        foreach (var store in new[] { Profile.Store, VaultFeatures.Store })
            foreach (var d in (await inner.Scan(store, null, 1000, default)).Value.Items) all.AppendLine($"{d.Partition}/{d.Id}: {Convert.ToHexString(d.Body.Span)}");
        foreach (var kind in new[] { Statistics.Popularity, Statistics.Viewed, Statistics.Bought })
            foreach (var d in (await inner.List(Statistics.Store, kind, null, 1000, default)).Value.Items)
                all.AppendLine($"{kind}/{d.Id}: {(kind == Statistics.Popularity ? string.Join(' ', ItemPopularity.Read(d.Body.Span)) : string.Join(' ', Companions.Read(d.Body.Span).OrderBy(i => i.Key).SelectMany(i => i.Value)))}");
        Assert.Empty((await inner.List(Statistics.Store, Statistics.Tallies, null, 1000, default)).Value.Items);
        return string.Join('\n', all.ToString().Split('\n').Order(StringComparer.Ordinal));
    }

    private static StreamedEvent Event(DeliveredRecord record) => StreamedEvent.TryRead(record.Body.Span, new(), out var e) ? e : throw new InvalidDataException();

    private static async Task<Profile?> Read(IDocuments documents, int person)
    {
        var found = await documents.Get(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, default);
        var profile = new Profile();
        return found.Ok && profile.Read(found.Value.Body.Span) ? profile : null;
    }
}
