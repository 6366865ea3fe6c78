using Personalization.Events;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Privacy.Erasing;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>An erasure that dies at any call of any store, and is taken up with the step it died in, ends as one that does not.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private readonly ErasingWorld world = new();
    private Subject[] doomed = [];
    private List<string> whole = [];
    private int calls;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_process_that_dies_at_one_call_changes_nothing_in_the_end(bool after, bool embedded)
    {
        for (var diesAt = 0; diesAt < calls; diesAt++)
            Assert.Equal(embedded ? whole : WithStream(), await Erased(embedded, (diesAt, after)));
    }

    [Fact]
    public async Task Nor_does_one_that_dies_and_whose_successor_dies_as_well()
    {
        var random = new Random(20260105);
        for (var run = 0; run < 150; run++)
            Assert.Equal(whole, await Erased(true, (random.Next(calls), random.Next(2) == 0), (random.Next(calls), random.Next(2) == 0), (random.Next(calls), random.Next(2) == 0)));
    }

    public async Task InitializeAsync()
    {
        doomed = await world.Live("ann");
        await world.Live("bob");
        whole = await Erased(true);
        Assert.InRange(calls, 100, 1000);
    }

    public async Task DisposeAsync() => await world.DisposeAsync();

    // In Azure nobody takes records out of the stream: they are as they were.
    private List<string> WithStream() =>
        [.. whole.Where(d => !d.StartsWith(StreamedEvent.Hub.Name, StringComparison.Ordinal)).Concat(Records(world.Storage)).Order(StringComparer.Ordinal)];

    /// <summary>A copy of the world, erased by one process after the other, each of which lives until one of its calls.</summary>
    private async Task<List<string>> Erased(bool embedded, params (int At, bool After)[] deaths)
    {
        await using var copy = await Copy();
        var lives = new Queue<(int At, bool After)>(deaths);
        var (eraser, mortal) = Born();
        foreach (var subject in doomed)
        {
            await Step(e => e.Tombstone(subject, default).AsTask());
            await Step(e => e.Delete(subject, default).AsTask());
            await Step(e => e.Left(subject, default).AsTask());
            await Step(e => e.Finish(subject, default).AsTask());
            await Step(e => e.Release([subject], "erasure", default).AsTask());
        }

        if (deaths.Length == 0) calls = mortal.Calls;
        return await Dump(copy);

        (Eraser, MortalStorage) Born()
        {
            var (at, after) = lives.TryDequeue(out var death) ? death : (int.MaxValue, false);
            var storage = new MortalStorage(copy.Documents, copy.Blobs, at, after, copy.Ledger);
            return (new(ErasingWorld.Stores, new(storage, storage, storage, embedded ? copy : null), Meeting.Rules, PrivacyParts.Last, _ => { }, world.Clock), storage);
        }

        async Task Step(Func<Eraser, Task> step)
        {
            while (true)
            {
                try
                {
                    await step(eraser);
                    return;
                }
                catch (StoreUnavailableException) when (mortal.Dead)
                {
                    (eraser, mortal) = Born();
                }
            }
        }
    }

    private async Task<EmbeddedStorage> Copy()
    {
        var copy = EmbeddedStorage.Open(new() { StreamPartitions = 4 }, ErasingWorld.Stores, world.Clock);
        foreach (var store in ErasingWorld.Stores.All)
        {
            if (store.Kind == StoreKind.Documents)
                foreach (var d in (await world.Storage.Documents.Scan(store, null, 10_000, default)).Value.Items) await copy.Documents.Put(store, d.Partition, d.Id, d.Body, Condition.None, null, default);
            if (store.Kind == StoreKind.Blobs)
                foreach (var b in (await world.Storage.Blobs.List(store, "", null, 1000, default)).Value.Items) await copy.Blobs.Put(store, b.Name, (await world.Storage.Blobs.Get(store, b.Name, default)).Value, default);
        }

        foreach (var ledger in world.Storage.Journal.State.Ledgers)
            foreach (var (partition, rows) in ledger.Partitions)
                await copy.Ledger.Append(ErasingWorld.Stores.All.Single(s => s.Name == ledger.Name), partition, 0, [.. Enumerable.Range(0, rows.Count).Select(i => new ReadOnlyMemory<byte>(rows[i]))], default);
        for (var p = 0; p < 4; p++)
            await copy.Stream.Publish(StreamedEvent.Hub, p, [.. world.Storage.Stream.Read(StreamedEvent.Hub, p, 0, 10_000).Records.Select(r => new StreamRecord(r.Key!, r.Body))], default);
        return copy;
    }

    private static async Task<List<string>> Dump(EmbeddedStorage storage)
    {
        var all = new List<string>();
        foreach (var store in ErasingWorld.Stores.All)
        {
            if (store.Kind == StoreKind.Documents)
                all.AddRange((await storage.Documents.Scan(store, null, 10_000, default)).Value.Items.Select(d => $"{store.Name} {d.Partition} {d.Id} {Convert.ToHexString(d.Body.Span)}"));
            if (store.Kind == StoreKind.Blobs) all.AddRange((await storage.Blobs.List(store, "", null, 1000, default)).Value.Items.Select(b => $"{store.Name} {b.Name}"));
        }

        all.AddRange(storage.Journal.State.Ledgers.SelectMany(l => l.Partitions).SelectMany(p => Enumerable.Range(0, p.Value.Count).Select(i => $"{p.Key} {i} {Convert.ToHexString(p.Value[i])}")));
        all.AddRange(Records(storage));
        all.Sort(StringComparer.Ordinal);
        return all;
    }

    private static IEnumerable<string> Records(EmbeddedStorage storage) =>
        Enumerable.Range(0, 4).SelectMany(p => storage.Stream.Read(StreamedEvent.Hub, p, 0, 10_000).Records.Select(r => $"{StreamedEvent.Hub.Name} {p} {r.Key} {Convert.ToHexString(r.Body.Span)}"));
}
