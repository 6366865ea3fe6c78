using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Cuts the power at any operation of the disk, also inside compaction, snapshot, roll and erasure.</summary>
public sealed class PowerCutTests
{
    /// <summary>A longer run: PERSONALIZATION_CRASHES=20000.</summary>
    private static int Lives => int.Parse(Environment.GetEnvironmentVariable("PERSONALIZATION_CRASHES") ?? "400");

    [Fact]
    public async Task After_a_power_cut_every_acknowledged_write_is_there_and_no_other_is_half_there()
    {
        for (var seed = 0; seed < Lives / 4; seed++)
        {
            var chance = new Random(seed);
            var workload = new CrashWorkload(chance);
            var disk = new FaultyFiles();
            for (var life = 0; life < 4; life++) disk = await Live(disk, workload, chance, $"seed {seed}, life {life}");
        }
    }

    [Fact]
    public async Task An_erasure_that_a_power_cut_interrupts_is_finished_by_asking_again()
    {
        var (documents, files, hub) = (Declared.Documents(), Declared.Blobs(), Declared.Stream(TimeSpan.FromDays(1)));
        var records = Declared.Stream(TimeSpan.FromDays(30));
        var stores = new StoreRegistry([documents, files, hub, records]);
        for (var seed = 0; seed < 90; seed++)
        {
            var chance = new Random(seed);
            var disk = new FaultyFiles();
            await using (var engine = EmbeddedStorage.Open(disk, CrashWorkload.Options, stores, new ManualClock()))
            {
                await Plant(engine, documents, files, hub, "victim", "MARKER");
                await Plant(engine, documents, files, hub, "other", "KEPT");
                Assert.True((await engine.Stream.Publish(records, 3, [new("victim", Declared.Utf8("MARKER")), new("other", Declared.Utf8("KEPT"))], default)).Ok);
                disk.CutAt = disk.Operations + 1 + seed;
                await engine.Erase("victim", null, default);
            }
            disk = disk.Restarted(chance);
            await using var again = EmbeddedStorage.Open(disk, CrashWorkload.Options, stores, new ManualClock());
            Assert.True((await again.Erase("victim", null, default)).Ok);
            Assert.Empty(disk.FilesHolding("MARKER"));
            Assert.Empty(disk.FilesHolding("victim"));
            Assert.Equal("KEPT", Declared.Text((await again.Documents.Get(documents, "other", "d", default)).Value.Body));
            Assert.Equal("KEPT", Declared.Text(again.Stream.Read(hub, 3, 0, 10).Records.Single().Body));
            Assert.Equal("KEPT", Declared.Text(again.Stream.Read(records, 3, 0, 10).Records.Single().Body));
            Assert.Equal("KEPT", Declared.Text((await again.Blobs.Get(files, "other/export", default)).Value));
        }
    }

    [Fact]
    public async Task With_relaxed_durability_a_power_cut_takes_at_most_what_came_after_the_last_sync()
    {
        var (store, hub) = (Declared.Documents(), Declared.Stream(TimeSpan.FromDays(1)));
        var stores = new StoreRegistry([store, hub]);
        var options = CrashWorkload.Options with { Durability = Durability.Relaxed };
        var lost = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            var (disk, clock) = (new FaultyFiles(), new ManualClock());
            var engine = EmbeddedStorage.Open(disk, options, stores, clock);
            for (var n = 0; n < 20; n++)
            {
                if (n == 10) clock.Advance(options.RelaxedSyncEvery);
                await engine.Documents.Put(store, "p", $"{n}", Declared.Noise(seed * 50, n), Condition.None, null, default);
                await engine.Stream.Publish(hub, 0, [new("s", Declared.Noise(seed * 50, n))], default);
            }
            disk.CutAt = disk.Operations;
            await engine.DisposeAsync();
            await using var again = EmbeddedStorage.Open(disk.Restarted(new Random(seed)), options, stores, clock);
            for (var n = 0; n < 20; n++)
            {
                var got = await again.Documents.Get(store, "p", $"{n}", default);
                if (n < 10 || got.Ok) Assert.Equal(Declared.Noise(seed * 50, n), got.Value.Body.ToArray());
                else lost++;
            }
            Assert.InRange(again.Stream.Bounds(hub, 0).Next, 10, 20);
        }
        Assert.True(lost > 0, "Nothing was ever lost, so nothing was tested.");
    }

    private static async Task<FaultyFiles> Live(FaultyFiles disk, CrashWorkload workload, Random chance, string name)
    {
        disk.CutAt = chance.Next(12, 500);
        try
        {
            await using var engine = EmbeddedStorage.Open(disk, CrashWorkload.Options, CrashWorkload.Stores, new ManualClock());
            await workload.Verify(engine);
            while (!disk.IsCut) await workload.Wave(engine);
        }
        catch (StorageStartException early) when (early.InnerException is IOException && disk.IsCut)
        {
            // The power went while the engine was starting.
        }
        catch (Exception wrong)
        {
            throw new InvalidOperationException($"The engine broke its word at {name}.", wrong);
        }
        return disk.Restarted(chance);
    }

    private static async Task Plant(EmbeddedStorage engine, Store documents, Store files, Store hub, string subject, string marker)
    {
        Assert.True((await engine.Documents.Put(documents, subject, "d", Declared.Utf8(marker), Condition.None, null, default)).Ok);
        Assert.True((await engine.Blobs.Put(files, subject + "/export", Declared.Utf8(marker), default)).Ok);
        Assert.True((await engine.Stream.Publish(hub, 3, [new(subject, Declared.Utf8(marker))], default)).Ok);
    }
}
