using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Events;

public sealed class ReplaysTests : IAsyncDisposable
{
    private const string Consumer = "FeaturizeEvents";
    private readonly Meter meter = new("tests");
    private readonly Sending sending = new(partitions: 4);
    private readonly DeadLetters letters;
    private readonly Featurizer featurizer;
    private readonly List<Delivery> applied = [];

    public ReplaysTests()
    {
        letters = new(Storage.Documents, sending.Clock, meter);
        featurizer = new(Storage.Documents, sending.Catalogue, letters, static (_, _) => new(ConsentState.None), sending.Clock, meter);
    }

    private EmbeddedStorage Storage => sending.Storage;

    [Fact]
    public async Task A_lost_profile_comes_back_and_everybody_elses_stays_byte_for_byte()
    {
        await Behave(20, people: 5);
        await Live();
        var before = await Profiles();
        var lost = before.Keys.First();
        await Storage.Documents.Delete(Profile.Store, lost, Profile.Id, Condition.None, default);
        Assert.Equal(ReplayStatus.Completed, (await Run(new())).Status);
        var after = await Profiles();
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), after.Keys.Order(StringComparer.Ordinal));
        Assert.All(before.Where(p => p.Key != lost), p => Assert.Equal(p.Value, after[p.Key]));
        Assert.Equal(Items(before[lost]), Items(after[lost]));
    }

    [Fact]
    public async Task Doing_it_again_changes_nothing()
    {
        await Behave(20, people: 5);
        await Live();
        await Storage.Documents.Delete(Profile.Store, (await Profiles()).Keys.First(), Profile.Id, Condition.None, default);
        await Run(new());
        var once = await Profiles();
        await Run(new());
        Assert.Equal(once, await Profiles());
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_delivered()
    {
        await Behave(40, people: 8);
        await Live();
        Assert.All(Selected(await Deliveries(new() { Visitor = "v0" }, sending.People.Of(null, "v0").ToString())), e => Assert.Equal(sending.People.Of(null, "v0"), e.Subject));
        Assert.All(Selected(await Deliveries(new() { Type = "click" })), e => Assert.Equal(EventType.Click, e.Type));
        Assert.All(await Deliveries(new() { Partition = 2 }), d => Assert.Equal("2", d.Partition));
        Assert.Empty(await Deliveries(new() { From = sending.Clock.GetUtcNow().AddSeconds(1) }));
        Assert.Equal(40, Selected(await Deliveries(new() { To = sending.Clock.GetUtcNow().AddSeconds(1) })).Count);
    }

    [Fact]
    public async Task What_was_put_aside_has_its_effect_when_its_cause_is_gone_and_its_letter_is_taken_back()
    {
        await Behave(1, people: 1);
        var key = sending.Streamed()[0].Subject.ToString();
        await Storage.Documents.Put(Profile.Store, key, Profile.Id, "damaged"u8.ToArray(), Condition.None, null, default);
        await Live();
        Assert.Single((await letters.List(null, null, null, 10, default)).Items);
        await Run(new() { DeadLetters = true });
        Assert.Single((await letters.List(null, null, null, 10, default)).Items); // still damaged: the letter stays
        await Storage.Documents.Delete(Profile.Store, key, Profile.Id, Condition.None, default);
        await Run(new() { DeadLetters = true });
        Assert.Empty((await letters.List(null, null, null, 10, default)).Items);
        Assert.Single(Items((await Profiles())[key]));
    }

    [Fact]
    public async Task A_crash_in_the_middle_leaves_a_job_that_the_next_start_finishes()
    {
        await Behave(20, people: 5);
        await Live();
        var before = await Profiles();
        foreach (var key in before.Keys) await Storage.Documents.Delete(Profile.Store, key, Profile.Id, Condition.None, default);
        using var dying = new CancellationTokenSource();
        var crashed = new Replays(Storage.Documents, Storage.Stream, Consumer, async (_, _) =>
        {
            await dying.CancelAsync();
            throw new OperationCanceledException(dying.Token);
        }, letters, sending.Clock, meter);
        var job = await crashed.Start(new(), null, default);
        await crashed.Run(dying.Token);
        var next = Replaying();
        await Until(next, async () => (await next.Find(job.Id, default))!.Status == ReplayStatus.Completed);
        Assert.Equal(before.ToDictionary(p => p.Key, p => Items(p.Value)), (await Profiles()).ToDictionary(p => p.Key, p => Items(p.Value)));
    }

    [Fact]
    public async Task What_is_still_to_come_live_is_not_overtaken()
    {
        await Behave(20, people: 5);
        await Run(new());
        Assert.Empty(applied);
        await Live();
        Assert.Equal(5, (await Profiles()).Count);
    }

    [Fact]
    public async Task A_job_that_fails_leaves_the_next_one_its_turn()
    {
        await Behave(20, people: 5);
        await Live();
        var fails = true;
        var replays = new Replays(Storage.Documents, Storage.Stream, Consumer, (_, _) => fails && !(fails = false) ? throw new InvalidDataException() : default, letters, sending.Clock, meter);
        var first = await replays.Start(new(), null, default);
        var second = await replays.Start(new(), null, default);
        await Until(replays, async () => (await replays.Find(second.Id, default))!.Status == ReplayStatus.Completed);
        Assert.Equal(ReplayStatus.Failed, (await replays.Find(first.Id, default))!.Status);
    }

    [Fact]
    public void A_request_that_makes_no_sense_names_its_field() => Assert.Equal(["type", "partition", "partition", "to"], new ReplayRequest[]
    {
        new() { Type = "look" }, new() { Partition = -1 }, new() { Partition = 4 }, new() { From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch },
    }.Select(r => r.Fault(4)!.Value.Field));

    public async ValueTask DisposeAsync()
    {
        await sending.DisposeAsync();
        meter.Dispose();
    }

    private async Task Behave(int events, int people)
    {
        await sending.Catalogue.Upsert([.. Enumerable.Range(0, 10).Select(i => new Item { Id = $"i{i}", Category = $"c{i % 3}" })], default);
        var sent = Enumerable.Range(0, events).Select(i => Sending.View($"e{i}", visitor: $"v{i % people}", item: $"i{i % 10}").Replace("view", i % 3 == 0 ? "click" : "view", StringComparison.Ordinal));
        Assert.All(await sending.Send($"[{string.Join(',', sent)}]"), r => Assert.Equal("accepted", r.Status));
    }

    private async Task Live()
    {
        for (var p = 0; p < 4; p++)
        {
            if (Storage.Stream.Read(StreamedEvent.Hub, p, 0, 1000).Records is not { Count: > 0 } records) continue;
            await featurizer.Apply(new(StreamedEvent.Hub.Name, p.ToString(), records, 0), default);
            await Storage.Stream.Save(StreamedEvent.Hub, Consumer, p, records[^1].Sequence + 1, default);
        }
    }

    private Replays Replaying() => new(Storage.Documents, Storage.Stream, Consumer, async (d, s) =>
    {
        applied.Add(d);
        await featurizer.Apply(d, s);
    }, letters, sending.Clock, meter);

    private async Task<ReplayJob> Run(ReplayRequest request, string? subject = null)
    {
        applied.Clear();
        var replays = Replaying();
        var job = await replays.Start(request, subject, default);
        await Until(replays, async () => (await replays.Find(job.Id, default))!.Status == ReplayStatus.Completed);
        return (await replays.Find(job.Id, default))!;
    }

    private async Task<List<Delivery>> Deliveries(ReplayRequest request, string? subject = null)
    {
        await Run(request, subject);
        return [.. applied];
    }

    private static async Task Until(Replays replays, Func<Task<bool>> done)
    {
        using var stop = new CancellationTokenSource();
        var running = replays.Run(stop.Token);
        while (!await done())
        {
            Assert.False(running.IsFaulted, running.Exception?.ToString());
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
    }

    private static List<StreamedEvent> Selected(IEnumerable<Delivery> deliveries)
    {
        var keys = new KeyPool();
        return [.. deliveries.SelectMany(d => d.Records).Select(r => StreamedEvent.TryRead(r.Body.Span, keys, out var e) ? e : throw new InvalidDataException())];
    }

    private async Task<Dictionary<string, byte[]>> Profiles() =>
        (await Storage.Documents.Scan(Profile.Store, null, 1000, default)).Value.Items.ToDictionary(d => d.Partition, d => d.Body.ToArray(), StringComparer.Ordinal);

    private static List<ulong> Items(byte[] body)
    {
        var profile = new Profile();
        Assert.True(profile.Read(body));
        return [.. profile.Recent.All(0).Select(r => r.Item.Value).Order()];
    }
}
