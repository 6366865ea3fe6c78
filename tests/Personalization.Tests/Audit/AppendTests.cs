using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Tests.Audit;

/// <summary>What was acknowledged is in the log, once, in its place, whoever dies and whoever else writes.</summary>
public sealed class AppendTests : IAsyncDisposable
{
    private readonly AuditWorld world = new();

    [Fact]
    public async Task Entries_have_the_places_they_were_told()
    {
        var parts = world.Open();
        for (var i = 0; i < 10; i++) Assert.Equal(i, await parts.Log.Append(AuditWorld.Fact(i), default));
        Assert.Equal(Enumerable.Range(0, 10), await parts.Numbers());
        Assert.Equal(Enumerable.Range(0, 10), await world.Open().Numbers());
    }

    [Fact]
    public async Task A_type_that_is_not_declared_and_a_personal_part_of_nobody_are_refused()
    {
        var log = world.Open().Log;
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.Append(new("gossip", null, new Dictionary<string, string>()), default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.Append(AuditWorld.Fact(1) with { Personal = new Dictionary<string, string>() }, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await log.Append(AuditWorld.Fact(1) with { Open = new Dictionary<string, string> { ["x"] = new('x', 70_000) } }, default));
        Assert.Equal(0, await log.End.ReadOn(default));
    }

    [Fact]
    public async Task Full_segments_become_blobs_and_the_log_is_the_same_for_who_opens_it_anew()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, (4 * SegmentTile.Leaves) + 100);
        await parts.Log.Sealer.Run(default);
        Assert.Equal(4, parts.Log.End.Sealed);
        var (size, root) = parts.Log.End.Now();
        Assert.Equal(root, TreeOf(await parts.Leaves()));
        var anew = world.Open();
        await anew.Log.End.ReadOn(default);
        Assert.Equal((size, root, 4), (anew.Log.End.Now().Size, anew.Log.End.Now().Root, anew.Log.End.Sealed));
        Assert.Equal(await parts.Numbers(), await anew.Numbers());
        // The tail goes two segments later.
        Assert.Empty(await parts.Log.Tail.Chain(0, default));
        Assert.Empty(await parts.Log.Tail.Chain(1, default));
        Assert.Equal(SegmentTile.Leaves, (await parts.Log.Tail.Chain(2, default)).Count);
        Assert.Equal(100, (await parts.Log.Tail.Chain(4, default)).Count);
    }

    [Fact]
    public async Task Reading_the_end_again_does_not_read_the_entries_again()
    {
        await AuditWorld.Fill(world.Open(), (4 * SegmentTile.Leaves) + 10);
        await world.Open().Desk.Upkeep(default);
        var counted = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, int.MaxValue, after: false);
        var parts = world.Open(counted, counted);
        await parts.Log.End.ReadOn(default);
        // A listing of summaries and one of the tail, and a look at whether more came.
        Assert.InRange(counted.Calls, 1, 10);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_process_that_dies_at_any_call_of_appending_loses_nothing_it_acknowledged_and_doubles_nothing(bool after)
    {
        // The segment is nearly full, so that what follows appends across its end, seals and signs.
        await using var whole = new AuditWorld();
        var calls = await Work(whole, int.MaxValue, after) is var (counted, _, _) ? counted : 0;
        Assert.True(calls > 25, $"{calls} calls");
        for (var at = 0; at < calls; at++)
        {
            await using var one = new AuditWorld();
            var (_, acknowledged, begun) = await Work(one, at, after);
            var parts = one.Open();
            await parts.Log.End.ReadOn(default);
            await parts.Log.Sealer.Run(default);
            var numbers = await parts.Numbers();
            Assert.True(numbers.Count == numbers.Distinct().Count(), $"dying at call {at}: an entry is there twice");
            Assert.True(acknowledged.All(numbers.Contains), $"dying at call {at}: an acknowledged entry is lost");
            Assert.True(numbers.All(begun.Contains), $"dying at call {at}: an entry came from nowhere");
            Assert.True(numbers.Count >= SegmentTile.Leaves - 3);
            var check = await parts.Check();
            Assert.True(check.Good, $"dying at call {at}: {check.Says}");
            Assert.True(parts.Log.End.Now().Root == TreeOf(await parts.Leaves()), $"dying at call {at}: the root is not that of the entries");
        }
    }

    [Fact]
    public async Task Two_who_append_to_one_log_at_once_make_one_log()
    {
        var (one, other) = (world.Open(), world.Open());
        async Task<List<long>> Many(AuditParts parts, int from)
        {
            var mine = new List<long>();
            for (var i = 0; i < 60; i++)
                mine.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(n => parts.Log.Append(AuditWorld.Fact(from + (i * 50) + n), default).AsTask())));
            return mine;
        }

        var places = await Task.WhenAll(Task.Run(() => Many(one, 0)), Task.Run(() => Many(other, 100_000)));
        await one.Log.Sealer.Current;
        await other.Log.Sealer.Current;
        Assert.Equal(Enumerable.Range(0, 6000).Select(i => (long)i), places.SelectMany(p => p).Order());
        var anew = world.Open();
        var numbers = await anew.Numbers();
        Assert.Equal(6000, numbers.Distinct().Count());
        Assert.Equal(numbers, await one.Numbers());
        for (var i = 0; i < 3000; i += 37) Assert.Equal(i, numbers[(int)places[0][i]]);
        await one.Log.End.ReadOn(default);
        await other.Log.End.ReadOn(default);
        Assert.Equal(anew.Log.End.Now(), one.Log.End.Now());
        Assert.Equal(anew.Log.End.Now(), other.Log.End.Now());
    }

    [Fact]
    public async Task Who_knows_only_the_beginning_of_a_segment_that_others_filled_and_cleared_away_does_not_write_over_it()
    {
        var late = world.Open();
        await late.Log.Append(AuditWorld.Fact(1), default);
        var busy = world.Open();
        await AuditWorld.Fill(busy, (3 * SegmentTile.Leaves) + 10, i => AuditWorld.Fact(10 + i));
        await busy.Log.Sealer.Run(default);
        Assert.Empty(await busy.Log.Tail.Chain(0, default));
        // The place after its own entry is free again, and it must not keep it.
        Assert.Equal((3 * SegmentTile.Leaves) + 11, await late.Log.Append(AuditWorld.Fact(2), default));
        Assert.Empty(await busy.Log.Tail.Chain(0, default));
        Assert.Equal((await world.Open().Numbers())[^1], (await late.Numbers())[^1]);
        Assert.True((await late.Check()).Good);
    }

    [Fact]
    public async Task Whoever_finds_its_full_segment_already_sealed_by_another_knows_that_its_entry_is_in_it()
    {
        // The other seals between our write and our look at the summary.
        AuditParts? other = null;
        var between = new Between(world.Storage.Documents, async () =>
        {
            other ??= world.Open();
            await other.Log.End.ReadOn(default);
            await other.Log.Sealer.Run(default);
        });
        var parts = world.Open(between);
        await AuditWorld.Fill(parts, SegmentTile.Leaves - 1);
        between.Armed = true;
        Assert.Equal(SegmentTile.Leaves - 1, await parts.Log.Append(AuditWorld.Fact(7777), default));
        Assert.Equal(1, other!.Log.End.Sealed);
        Assert.Single(await world.Open().Numbers(), 7777);
    }

    [Fact]
    public async Task A_summary_that_is_missing_stops_the_log_instead_of_forking_it()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, 3 * SegmentTile.Leaves);
        await parts.Log.Sealer.Run(default);
        await world.Storage.Documents.Delete(AuditLog.Stores[2], "segments", "000000000001", Condition.None, default);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await world.Open().Log.Append(AuditWorld.Fact(1), default));
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static async Task<(int Calls, List<int> Acknowledged, HashSet<int> Begun)> Work(AuditWorld world, int diesAt, bool after)
    {
        await AuditWorld.Fill(world.Open(), SegmentTile.Leaves - 3, i => AuditWorld.Fact(1000 + i));
        var mortal = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, diesAt, after);
        var (parts, acknowledged, begun) = (world.Open(mortal, mortal), new List<int>(), Enumerable.Range(1000, SegmentTile.Leaves - 3).ToHashSet());
        acknowledged.AddRange(begun);
        for (var i = 0; i < 6 && !mortal.Dead; i++)
        {
            begun.Add(i);
            if (!await Done(() => parts.Log.Append(AuditWorld.Fact(i), default).AsTask())) break;
            acknowledged.Add(i);
            await parts.Log.Sealer.Current;
            if (i is 1 or 5) await Done(() => parts.Checkpoints.Make(default).AsTask());
        }

        return (mortal.Calls, acknowledged, begun);
    }

    private static async Task<bool> Done(Func<Task> work)
    {
        try { await work(); }
        catch (StoreUnavailableException) { return false; }
        return true;
    }

    private static Digest TreeOf(IEnumerable<Digest> leaves)
    {
        var tree = new HashTree();
        foreach (var leaf in leaves) tree.Add(leaf);
        return tree.Root();
    }

    /// <summary>Lets something happen right after a batch was written.</summary>
    private sealed class Between(IDocuments inner, Func<Task> then) : IDocuments
    {
        public bool Armed { get; set; }

        public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => inner.Get(store, partition, id, stop);

        public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
        {
            var put = await inner.Put(store, partition, id, body, when, expiry, stop);
            if (Armed && store == AuditLog.Stores[0])
            {
                Armed = false;
                await then();
            }

            return put;
        }

        public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => inner.Delete(store, partition, id, when, stop);

        public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => inner.List(store, partition, next, max, stop);

        public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);
    }
}
