using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Tests.Audit;

/// <summary>What is signed stays true, and nobody can sign two things.</summary>
public sealed class CheckpointTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly AuditWorld world;

    public CheckpointTests() => world = new(clock);

    [Fact]
    public async Task Each_names_the_one_before_and_what_did_not_change_is_not_signed_again()
    {
        var parts = world.Open();
        var first = await parts.Checkpoints.Make(default);
        Assert.Equal(first, await parts.Checkpoints.Make(default));
        await parts.Log.Append(AuditWorld.Fact(1), default);
        var second = await parts.Checkpoints.Make(default);
        Assert.Equal((1, first.Hash(), first.Size + 1, first.Origin), (second.Number, second.Previous, second.Size, second.Origin));
        var keys = await parts.Keys.Published(default);
        Assert.Null(second.Fault(first));
        Assert.Null(second.Fault(Assert.Single(keys)));
        Assert.Equal((first, second), (await parts.Checkpoints.Find(0, default), await parts.Checkpoints.Find(1, default)));
        Assert.Null(await parts.Checkpoints.Find(2, default));
    }

    [Fact]
    public async Task A_process_that_starts_finds_the_last_of_many()
    {
        var parts = world.Open();
        for (var i = 0; i < 37; i++)
        {
            await parts.Log.Append(AuditWorld.Fact(i), default);
            await parts.Checkpoints.Make(default);
            Assert.Equal(i, (await world.Open().Checkpoints.Newest(default))!.Number);
        }

        Assert.Equal(37, (await parts.Checkpoints.Make(default)).Number + 1);
    }

    [Fact]
    public async Task Two_who_sign_at_once_make_one_chain()
    {
        await using var real = new AuditWorld();
        var all = Enumerable.Range(0, 4).Select(_ => real.Open()).ToList();
        await Task.WhenAll(all.Select((p, n) => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await p.Log.Append(AuditWorld.Fact((n * 100) + i), default);
                await p.Checkpoints.Make(default);
            }
        })));
        var check = await real.Open().Check();
        Assert.True(check.Good, check.Says);
        Assert.Single(await all[0].Keys.Published(default));
        Assert.Equal(40, (await all[0].Numbers()).Distinct().Count());
    }

    [Fact]
    public async Task A_key_is_published_before_it_signs_and_what_the_old_one_signed_stays_good()
    {
        var parts = world.Open(options: new(TimeSpan.FromDays(60), TimeSpan.FromDays(10)));
        var used = new List<string>();
        for (var day = 0; day < 200; day++)
        {
            await parts.Log.Append(AuditWorld.Fact(day), default);
            await parts.Desk.Upkeep(default);
            var (published, now) = (await parts.Keys.Published(default), clock.GetUtcNow());
            used.Add((await parts.Checkpoints.Newest(default))!.Key);
            // Ten days before a key ends its successor is known.
            Assert.True(published[^1].SignsUntil > now + TimeSpan.FromDays(9));
            Assert.Equal(published.Last(k => k.SignsFrom <= now).Id, used[^1]);
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(4, used.Distinct().Count());
        Assert.Equal(4, (await parts.Keys.Published(default)).Count);
        Assert.True((await parts.Check()).Good);
        var said = await InMemory.Entries(parts.Log);
        Assert.Equal((4, 3), (said.Count(e => e.Type == AuditTypes.KeyCreated), said.Count(e => e.Type == AuditTypes.KeyRetired)));
        // What signs no more exists no more.
        Assert.Equal([Status.NotFound, Status.NotFound, Status.NotFound, Status.Ok], await Task.WhenAll((await parts.Keys.Published(default)).Select(async k => (await world.Secrets.Get("audit-key-" + k.Id, default)).Status)));
    }

    [Fact]
    public async Task A_checkpoint_of_a_time_at_which_its_key_was_not_to_sign_is_no_good()
    {
        var parts = world.Open();
        var made = await parts.Checkpoints.Make(default);
        var key = Assert.Single(await parts.Keys.Published(default));
        Assert.Null(made.Fault(key));
        Assert.NotNull(made.Fault(key with { SignsFrom = made.Time + TimeSpan.FromSeconds(1) }));
        Assert.NotNull(made.Fault(key with { SignsUntil = made.Time - TimeSpan.FromSeconds(1) }));
        Assert.NotNull((made with { Size = made.Size + 1 }).Fault(key));
        Assert.NotNull((made with { Time = made.Time + TimeSpan.FromSeconds(1) }).Fault(key));
        Assert.NotNull(made.Fault((PublishedKey?)null));
    }

    [Fact]
    public async Task A_private_key_that_was_lost_is_replaced_and_the_chain_goes_on()
    {
        var made = await world.Open().Checkpoints.Make(default);
        await world.Secrets.Delete("audit-key-" + made.Key, default);
        var parts = world.Open();
        clock.Advance(TimeSpan.FromDays(1));
        await parts.Log.Append(AuditWorld.Fact(1), default);
        var next = await parts.Checkpoints.Make(default);
        Assert.Null(next.Fault(made));
        Assert.NotEqual(made.Key, next.Key);
        Assert.True((await parts.Check()).Good);
    }

    [Fact]
    public async Task Nothing_is_signed_over_a_log_that_is_shorter_or_other_than_what_was_signed_before()
    {
        var parts = world.Open();
        for (var i = 0; i < 5; i++) await parts.Log.Append(AuditWorld.Fact(i), default);
        var made = await parts.Checkpoints.Make(default);
        await world.Storage.Documents.Delete(AuditLog.Stores[0], "000000000000", $"{made.Size - 1:D16}", Condition.None, default);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await world.Open().Checkpoints.Make(default));
        await world.Open().Log.Append(AuditWorld.Fact(99), default);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await world.Open().Checkpoints.Make(default));
        Assert.Equal(made, await world.Open().Checkpoints.Newest(default));
    }

    [Fact]
    public async Task Proofs_hold_within_and_across_segments_sealed_or_not_and_for_the_log_as_it_was()
    {
        await using var real = new AuditWorld();
        var parts = real.Open();
        await AuditWorld.Fill(parts, (2 * SegmentTile.Leaves) + 333);
        await parts.Log.Sealer.Run(default);
        var size = await parts.Proofs.Size(default);
        var leaves = (await parts.Leaves()).Select(l => { var b = new byte[Digest.Bytes]; l.Write(b); return b; }).ToList();
        var random = new Random(5);
        foreach (var at in new[] { 0, 1, 4095, 4096, 8191, 8192, (int)size - 1 }.Concat(Enumerable.Range(0, 12).Select(_ => random.Next((int)size))))
        {
            foreach (var of in new[] { at + 1, random.Next(at + 1, (int)size + 1), (int)size })
            {
                var proof = await parts.Proofs.Inclusion(at, of, default);
                Assert.True(proof.Holds());
                Assert.Equal(Convert.ToBase64String(NaiveTree.Root([.. leaves.Take(of)])), proof.Root);
                Assert.Equal(Convert.ToBase64String(leaves[at]), proof.Leaf);
                var consistency = await parts.Proofs.Consistency(at + 1, of, default);
                Assert.Equal((proof.Root, Convert.ToBase64String(NaiveTree.Root([.. leaves.Take(at + 1)]))), (consistency.ToRoot, consistency.FromRoot));
                Assert.True(ProofCheck.Consistency(at + 1, Digest.Parse(consistency.FromRoot)!.Value, of, Digest.Parse(consistency.ToRoot)!.Value, [.. consistency.Path.Select(h => Digest.Parse(h)!.Value)]));
            }
        }
    }

    [Fact]
    public async Task A_saved_proof_is_checked_by_itself_and_a_changed_one_refused()
    {
        var parts = world.Open();
        for (var i = 0; i < 5; i++) await parts.Log.Append(AuditWorld.Fact(i), default);
        var proof = await parts.Desk.Inclusion(2, null, default);
        CheckResult Check(InclusionProof p) => Verification.Run(new StringReader(System.Text.Json.JsonSerializer.Serialize(p, Stored.Default.InclusionProof)));
        Assert.True(Check(proof).Good, Check(proof).Says);
        Assert.True(Check(proof with { Checkpoint = null }).Good);
        Assert.Equal((false, 3), (Check(proof with { Index = 3 }).Good, Check(proof with { Index = 3 }).FirstBad));
        Assert.False(Check(proof with { Checkpoint = proof.Checkpoint! with { Time = proof.Checkpoint.Time + TimeSpan.FromSeconds(1) } }).Good);
        Assert.False(Check(proof with { Key = null }).Good);
        Assert.False(Check(proof with { Path = ["x"] }).Good);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
