using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Privacy.Erasing;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Events;
using Personalization.Tests.Identity;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>Whatever was on its way when somebody was erased, nothing of them comes back; and they may come again, as somebody new.</summary>
public sealed class ResurrectionTests : IAsyncDisposable
{
    private static readonly string[] Work = ["auditkeys/key", "holds/hold", "profiles/profile"];

    private readonly ErasingWorld world = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_whole_stream_delivered_again_brings_nothing_back(bool replay, bool letter)
    {
        var ann = await world.Live("ann");
        var (markers, records) = (Marked(ann), Deliveries(replay, letter));
        await world.Begin(ann);
        var counted = await Counted("personalization.events.dropped", async () =>
        {
            foreach (var delivery in records) await world.Featurizer.Apply(delivery, default);
        });
        Assert.DoesNotContain(markers.In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
        Assert.True(counted >= 6, $"{counted} dropped");
    }

    [Fact]
    public async Task What_is_dropped_is_no_dead_letter_and_counts_for_nothing()
    {
        var ann = await world.Live("ann");
        var (letters, delivery) = (await Letters(), Deliveries(false, false).Select(Valid));
        await world.Begin(ann);
        var applied = world.Featurizer.Applied;
        foreach (var d in delivery.Select(d => d with { Records = [.. d.Records.Where(r => ann.Any(s => r.Key == $"{s}"))] }).Where(d => d.Records.Count > 0))
            await world.Featurizer.Apply(d, default);
        Assert.Equal((letters, applied), (await Letters(), world.Featurizer.Applied));
    }

    [Fact]
    public async Task A_delivery_under_way_leaves_nothing_in_the_vault()
    {
        // The first that ever goes into their vault: nothing tells who writes it that there was another.
        await world.Seen("zoe", null, "purchase", ""","value":3""");
        Subject[] zoe = [world.People.Of("zoe", null)];
        var erased = false;
        var between = new BetweenDocuments(world.Storage.Documents, async store =>
        {
            if (erased || store != VaultFeatures.Store) return;
            erased = true;
            await world.Begin(zoe);
        });
        await world.Pump(world.Featurizing(between));
        Assert.True(erased);
        Assert.DoesNotContain(Marked(zoe).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    [Fact]
    public async Task Whoever_comes_again_is_somebody_new_who_has_decided_nothing()
    {
        var ann = await world.Live("ann");
        await world.Erase(ann);
        await world.Seen("ann-user", "ann-laptop", "view");
        await world.Pump();
        var again = world.People.Of("ann-user", null);
        Assert.DoesNotContain(again, ann);
        Assert.Equal(again, world.People.Of(null, "ann-laptop"));
        Assert.Equal(ConsentState.None, await world.Sending.Ledger.Remembered(again, ConsentState.None, default));
        Assert.Null((await world.Desk.Get("ann-user", null, Region.Unknown, default)).At);
        Assert.True((await world.Storage.Documents.Get(Profile.Store, $"{again}", Profile.Id, default)).Ok);
    }

    [Fact]
    public async Task Also_between_the_tombstone_and_the_deletion()
    {
        var ann = await world.Live("ann");
        await world.Eraser().Tombstone(ann[0], default);
        await world.Seen("ann-user", null, "view");
        var again = world.People.Of("ann-user", null);
        Assert.NotEqual(ann[0], again);
        await world.Begin(ann);
        Assert.Equal(again, world.People.Of("ann-user", null));
        Assert.NotEmpty(await world.AliasesOf(again));
    }

    [Fact]
    public async Task A_process_that_still_remembers_them_keeps_nothing_under_their_name()
    {
        var ann = await world.Live("ann");
        await using var elsewhere = world.Elsewhere();
        Assert.Equal(ann[0], elsewhere.People.Of("ann-user", null));
        Assert.Equal(ann[1], elsewhere.People.Of(null, "ann-laptop"));
        await world.Begin(ann);
        Assert.Equal(ann[0], elsewhere.People.Of("ann-user", null));
        var sent = await elsewhere.One("""{"id":"late","type":"view","user":"ann-user","visitor":"ann-laptop","item":"item1","consent":{"personalization":true}}""");
        Assert.Equal("accepted", sent.Status);
        Assert.DoesNotContain(elsewhere.People.Of("ann-user", null), ann);
        await world.Pump();
        Assert.DoesNotContain(Marked(ann).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    [Fact]
    public async Task Nor_does_one_that_takes_a_decision_from_them()
    {
        var ann = await world.Live("ann");
        await using var elsewhere = world.Elsewhere();
        Assert.Equal(ann[0], elsewhere.People.Of("ann-user", null));
        await world.Begin(ann);
        var desk = world.DeskOf(elsewhere);
        Assert.Null((await desk.Get("ann-user", null, Region.Unknown, default)).At);
        await desk.Put(new() { User = "ann-user", Purposes = new() { Personalization = false }, Source = "banner", NoticeVersion = "2" }, Vote.Silent, default);
        var again = elsewhere.People.Of("ann-user", null);
        Assert.DoesNotContain(again, ann);
        Assert.True((await world.Sending.Ledger.Remembered(again, ConsentState.None, default)).Vote.Denied.HasFlag(Purposes.Personalization));
        Assert.DoesNotContain(Marked(ann).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    [Fact]
    public async Task A_decision_taken_while_they_are_erased_is_kept_of_somebody_new()
    {
        var ann = await world.Live("ann");
        var (erased, rows) = (false, 0);
        // After the row is in the ledger and just before the profile follows.
        var between = new BetweenDocuments(world.Storage.Documents, async store =>
        {
            if (erased || store != Profile.Store) return;
            erased = true;
            rows = (await world.Storage.Ledger.Read(ConsentLedger.Store, $"{ann[0]}", 0, 10, default)).Value.Count;
            await world.Begin(ann);
            // As a process does that is slower still.
            await world.Sending.Ledger.Append(ann[0], 0, new(world.Clock.GetUtcNow(), "banner", "1", 1, null, [], [], [], []), default);
        });
        await world.DeskOf(world.Sending, between).Put(new() { User = "ann-user", Purposes = new() { Personalization = false }, Source = "banner", NoticeVersion = "2" }, Vote.Silent, default);
        Assert.Equal((true, 2), (erased, rows));
        Assert.DoesNotContain(world.People.Of("ann-user", null), ann);
        Assert.DoesNotContain(Marked(ann).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    [Fact]
    public async Task A_decision_is_made_as_for_somebody_unknown()
    {
        var ann = await world.Live("ann");
        var lookup = new ProfileLookup(world.Storage.Documents, world.Elsewhere().People, world.Clock, TimeSpan.FromSeconds(5));
        Assert.NotNull((await lookup.Find("ann-user", null, default)).Profile);
        await world.Eraser().Tombstone(ann[0], default);
        Assert.Equal(new(null, null, null, Personalization.Consent.Purposes.None, Fallback.UnknownPerson), await lookup.Find("ann-user", null, default));
    }

    [Fact]
    public async Task An_event_that_was_recognized_before_and_is_published_after_goes_with_the_last_look()
    {
        var ann = await world.Live("ann");
        var late = new LateStream(world.Storage.Stream, () => world.Begin(ann));
        await using var elsewhere = world.Elsewhere(late);
        await elsewhere.One("""{"id":"late","type":"view","user":"ann-user","visitor":"ann-laptop","item":"item1","consent":{"personalization":true}}""");
        await world.Pump();
        Assert.Equal(["behaviour/record"], Marked(ann).In(world.Storage, ErasingWorld.Stores).Where(p => !Work.Contains(p)));
        Assert.False(await world.Eraser().StreamIsClear(ann[0], default));
        foreach (var subject in ann) await world.Eraser().Delete(subject, default);
        Assert.True(await world.Eraser().StreamIsClear(ann[0], default));
        Assert.DoesNotContain(Marked(ann).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    [Fact]
    public async Task A_replay_of_their_events_ends_and_is_not_written_down_again()
    {
        var ann = await world.Live("ann");
        await world.Storage.Stream.Save(StreamedEvent.Hub, "FeaturizeEvents", ann[0].Partition(4), 1000, default);
        var (begun, applied) = (new TaskCompletionSource(), 0);
        using var meter = new Meter("tests");
        using var stop = new CancellationTokenSource();
        var replays = new Replays(
            world.Storage.Documents, world.Storage.Stream, "FeaturizeEvents", async (_, _) =>
            {
                if (applied++ == 0) await world.Begin(ann);
                begun.TrySetResult();
            }, world.Letters, world.Clock, meter);
        var job = await replays.Start(new(), $"{ann[0]}", default);
        var running = replays.Run(stop.Token);
        await begun.Task;
        // One after it that waits for its turn: when that is done, so is this one.
        var next = await replays.Start(new(), null, default);
        while ((await replays.Find(next.Id, default))!.Status == ReplayStatus.Running) await Task.Yield();
        await stop.CancelAsync();
        await running;
        Assert.Null(await replays.Find(job.Id, default));
        Assert.DoesNotContain(Marked(ann).In(world.Storage, ErasingWorld.Stores), p => !Work.Contains(p));
    }

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    private static Markers Marked(Subject[] subjects) => subjects.Aggregate(new Markers(), (markers, s) => markers.Add(s));

    private List<Delivery> Deliveries(bool replay, bool letter) =>
        [.. Enumerable.Range(0, 4).Select(p => new Delivery(StreamedEvent.Hub.Name, $"{p}", world.Storage.Stream.Read(StreamedEvent.Hub, p, 0, 10_000).Records, 0, replay, letter)).Where(d => d.Records.Count > 0)];

    private static Delivery Valid(Delivery delivery) => delivery with { Records = [.. delivery.Records.Where(r => StreamedEvent.TryRead(r.Body.Span, new KeyPool(), out _))] };

    private async Task<int> Letters() => (await world.Storage.Documents.Scan(DeadLetters.Store, null, 1000, default)).Value.Items.Count;

    private static async Task<long> Counted(string name, Func<Task> act)
    {
        var count = 0L;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Name == name) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref count, value));
        listener.Start();
        await act();
        return count;
    }

    private sealed class LateStream(IStream inner, Func<Task> before) : IStream
    {
        public int Partitions => inner.Partitions;

        public async ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop)
        {
            await before();
            return await inner.Publish(hub, partition, records, stop);
        }
    }
}
