using System.Diagnostics.Metrics;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>A store that is down for hours, and what staff see and do.</summary>
public sealed class RequestFailureTests
{
    [Fact]
    public async Task A_store_that_is_down_for_an_hour_delays_an_erasure_and_fails_none()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        var broken = new Broken(world.Raw);
        await world.Start(broken, null);
        await world.Ask(PrivacyWorld.Erasure("r"));
        for (var minute = 0; minute < 60; minute++) await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal("in_progress", await world.Status("r"));
        broken.Down = false;
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
    }

    [Fact]
    public async Task What_has_no_attempts_left_is_failed_named_counted_and_done_when_staff_say_so()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Live("u", "v");
        var broken = new Broken(world.Raw);
        await world.Start(broken, null);
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish(1);
        var failed = await world.Look("r");
        Assert.Equal(("failed", "deletion"), (failed.GetProperty("status").GetString(), failed.GetProperty("reason").GetString()));
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "holds");
        await world.Cancel("r", 409);
        await world.Tend();
        Assert.Equal(["failed 1", "open 1"], Counted(world));
        world.Clock.Advance(TimeSpan.FromDays(31));
        await world.Tend();
        Assert.Equal(["failed 1", "open 1", "overdue 1"], Counted(world));

        broken.Down = false;
        Assert.Equal("pending", (await world.Do("retry", "r")).GetProperty("status").GetString());
        await world.Finish();
        var done = await world.Look("r");
        Assert.Equal(("completed", 1), (done.GetProperty("status").GetString(), done.GetProperty("retries").GetInt32()));
        await world.Tend();
        Assert.Empty(Counted(world));
    }

    private static IReadOnlyList<string> Counted(PrivacyWorld world)
    {
        var seen = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == world.Parts.Meter && i.Name == "personalization.privacy.requests") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => { if (value > 0) seen.Add($"{tags[0].Value} {value}"); });
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. seen.Order(StringComparer.Ordinal)];
    }

    /// <summary>A store of documents from which nothing can be deleted.</summary>
    private sealed class Broken(IDocuments inner) : IDocuments
    {
        public bool Down { get; set; } = true;

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) => inner.Put(store, partition, id, body, when, expiry, stop);

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) =>
            Down && store == VaultFeatures.Store ? new(Outcome.Failed<bool>(Status.Unavailable)) : inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
