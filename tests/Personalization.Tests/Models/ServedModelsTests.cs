using System.Diagnostics.Metrics;
using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Models;

/// <summary>Whatever happens to a promoted model, decisions go on with one that works.</summary>
public sealed class ServedModelsTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly Meter meter = new("models");
    private readonly MeterListener listener = new();
    private readonly EmbeddedStorage storage;
    private readonly List<string?> told = [];

    public ServedModelsTests()
    {
        storage = InMemory.Storage(clock);
        listener.InstrumentPublished = (i, l) => { if (i.Meter == meter && i.Name.EndsWith("models.broken", StringComparison.Ordinal)) l.EnableMeasurementEvents(i); };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => { lock (told) told.Add((string?)tags[0].Value); });
        listener.Start();
    }

    [Fact]
    public async Task Before_any_is_promoted_there_is_none_and_none_is_missed()
    {
        var models = Process();
        await models.Preload(default);
        Assert.Equal(("none", false), (models.Now.Model.Name, models.Now.Missing));
    }

    [Fact]
    public async Task A_promoted_model_serves_in_other_processes_within_five_seconds_and_so_does_the_one_gone_back_to()
    {
        var other = Process();
        await other.Preload(default);
        await Promote("first");
        Assert.Equal("first", await Later(other, "first"));
        await Promote("second");
        Assert.Equal("second", await Later(other, "second"));
        await Promotions().Point(1, default);
        Assert.Equal("first", await Later(other, "first"));
        Assert.Empty(told);
    }

    [Theory]
    [InlineData("missing"), InlineData("corrupt"), InlineData("another"), InlineData("unavailable")]
    public async Task One_that_cannot_be_had_leaves_the_one_before_and_is_told_of_and_tried_again(string trouble)
    {
        await Promote("first");
        var blobs = new TroubledBlobs(storage.Blobs);
        var process = Process(blobs);
        await process.Preload(default);
        blobs.Get = trouble switch
        {
            "missing" => () => Outcome.Failed<ReadOnlyMemory<byte>>(Status.NotFound),
            "corrupt" => () => Outcome.Ok<ReadOnlyMemory<byte>>(new byte[100]),
            // Whole and right, and not what was promoted.
            "another" => () => Outcome.Ok<ReadOnlyMemory<byte>>(ModelFile.Write(Learn.TwoKinds("second", items: 30))),
            _ => () => throw new IOException("gone"),
        };
        await Promote("second");
        clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 1_000_000 && !process.Now.Missing; n++) await Task.Yield();
        Assert.True(process.Now.Missing);
        Assert.Equal("first", process.Now.Model.Name);
        // The same object for one decision after the other.
        Assert.Same(process.Now, process.Now);
        lock (told) Assert.Equal([trouble == "another" ? "corrupt" : trouble], told);
        blobs.Get = null;
        Assert.Equal("second", await Later(process, "second"));
        Assert.False(process.Now.Missing);
    }

    [Fact]
    public async Task A_process_that_starts_with_a_broken_one_goes_on_without_and_says_so()
    {
        await Promotions().Publish(new Rollout("lost", "00").Body(), default);
        var process = Process();
        await process.Preload(default);
        Assert.Equal(("none", true), (process.Now.Model.Name, process.Now.Missing));
    }

    [Fact]
    public async Task A_process_starts_also_where_reading_fails_in_a_way_nobody_thought_of()
    {
        await Promote("first");
        var process = Process(new TroubledBlobs(storage.Blobs) { Get = () => throw new IOException("cut off") });
        await process.Preload(default);
        Assert.Equal(("none", true), (process.Now.Model.Name, process.Now.Missing));
        lock (told) Assert.Equal(["unavailable"], told);
    }

    [Fact]
    public async Task A_process_does_not_wait_for_long_where_one_comes_slowly_and_takes_it_when_it_is_there()
    {
        await Promote("first");
        var gate = new TaskCompletionSource();
        var process = Process(new TroubledBlobs(storage.Blobs) { Before = () => gate.Task });
        var start = process.Preload(default).AsTask();
        for (var n = 0; n < 1_000_000 && clock.Pending == 0; n++) await Task.Yield();
        clock.Advance(TimeSpan.FromSeconds(10));
        await start.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("none", process.Now.Model.Name);
        gate.SetResult();
        Assert.Equal("first", await Later(process, "first"));
    }

    [Fact]
    public async Task What_was_gone_back_from_while_it_was_loaded_never_serves()
    {
        await Promote("first");
        var (gate, reached) = (new TaskCompletionSource(), false);
        gate.SetResult();
        var process = Process(new TroubledBlobs(storage.Blobs) { Before = () => { reached = true; return gate.Task; } });
        await process.Preload(default);
        (gate, reached) = (new(), false);
        await Promote("second");
        clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 1_000_000 && !Volatile.Read(ref reached); n++) Assert.Equal("first", await Once(process));
        await Promotions().Point(1, default);
        clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 10_000; n++) Assert.Equal("first", await Once(process));
        gate.SetResult();
        for (var n = 0; n < 10_000; n++) Assert.Equal("first", await Once(process));
        Assert.False(process.Now.Missing);
    }

    [Fact]
    public async Task Another_model_is_not_kept_under_a_name_that_is_taken()
    {
        var model = Learn.TwoKinds("first");
        Assert.Equal(await Files.Keep(model, default), await Files.Keep(model, default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Files.Keep(Learn.TwoKinds("first", items: 30), default));
    }

    [Fact]
    public async Task While_one_is_loaded_nobody_waits_and_it_is_loaded_once()
    {
        await Promote("first");
        var (loads, gate) = (0, new TaskCompletionSource());
        var process = Process(new TroubledBlobs(storage.Blobs) { Before = () => { Interlocked.Increment(ref loads); return gate.Task; } });
        clock.Advance(TimeSpan.FromSeconds(5));
        for (var n = 0; n < 1_000_000 && Volatile.Read(ref loads) == 0; n++)
        {
            Assert.Equal("none", process.Now.Model.Name);
            await Task.Yield();
        }

        for (var n = 0; n < 100; n++) Assert.Equal(("none", false), (process.Now.Model.Name, process.Now.Missing));
        gate.SetResult();
        Assert.Equal(("first", 1), (await Later(process, "first"), loads));
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        meter.Dispose();
        return storage.DisposeAsync();
    }

    private static async Task<string> Once(ServedModels models)
    {
        await Task.Yield();
        return models.Now.Model.Name;
    }

    private ModelFiles Files => new(storage.Blobs);

    private Published<Rollout> Promotions() => new(storage.Documents, Rollout.Artefact, clock, meter);

    private ServedModels Process(IBlobs? blobs = null) => new(new(blobs ?? storage.Blobs), Promotions(), clock, meter);

    private async Task Promote(string name)
    {
        var kept = (await Files.Keep(Learn.TwoKinds(name), default)).Promotion;
        await Promotions().Publish(new Rollout(kept.Model, kept.Sha256).Body(), default);
    }

    private async Task<string> Later(ServedModels models, string awaited)
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        // What is looked at beside the caller takes its time, and none of the clock's.
        for (var n = 0; n < 1_000_000 && models.Now.Model.Name != awaited; n++) await Task.Yield();
        return models.Now.Model.Name;
    }
}
