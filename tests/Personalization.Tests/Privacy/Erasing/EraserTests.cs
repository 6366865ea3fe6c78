using Personalization.Functions;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Privacy.Erasing;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity;
using Personalization.Tests.Storage.Embedded;
using Personalization.Vault;

namespace Personalization.Tests.Privacy.Erasing;

public sealed class EraserTests : IAsyncDisposable
{
    private static readonly Dictionary<string, SubjectKey> SubjectKeys = ErasingWorld.Stores.All.ToDictionary(s => s.Name, s => s.Subject, StringComparer.Ordinal);

    private readonly Scratch scratch = new();
    private readonly ErasingWorld world;

    public EraserTests() => world = new(scratch.Path);

    [Fact]
    public async Task A_life_leaves_something_in_every_store_that_people_are_in()
    {
        var ann = await world.Live("ann");
        var left = StoreCount.Sum([await world.Eraser().Left(ann[0], default), await world.Eraser().Left(ann[1], default), await world.Eraser().Left(ann[2], default)]);
        var expected = ErasingWorld.Stores.All.Where(s => s.Subject is not (SubjectKey.None or SubjectKey.Sealed)).Select(s => s.Name).Except([Holds.Store.Name, AuditKeys.Store.Name, .. PrivacyParts.Last.Select(s => s.Name)]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), left.Where(c => c.Found > 0).Select(c => c.Store).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_of_an_erased_person_is_in_any_store_or_file()
    {
        var ann = await world.Live("ann");
        var markers = await Marked(ann);
        Assert.NotEmpty(markers.In(scratch.Path));
        var counts = await world.Erase(ann);
        Assert.Equal(["profiles/profile", "profiles/profile", "profiles/profile"], markers.In(world.Storage, ErasingWorld.Stores));
        Assert.All(counts, c => Assert.Equal(c.Found, c.Deleted));
        Assert.Equal(3, counts.Single(c => c.Store == Profile.Store.Name).Found);
        Assert.All(counts.Where(c => PrivacyParts.Last.All(s => s.Name != c.Store)), c => Assert.Equal(SubjectKeys[c.Store] is not (SubjectKey.None or SubjectKey.Sealed), c.Found > 0));
        Assert.Equal(ErasingWorld.Stores.All.Select(s => s.Name).Order(StringComparer.Ordinal), counts.Select(c => c.Store).Order(StringComparer.Ordinal));
        // The last that has their number are the tombstones.
        world.Clock.Advance(StreamRetention.Of(ErasingWorld.Stores).Tombstone);
        await world.Storage.Compact(default);
        Assert.Empty(markers.In(scratch.Path));
    }

    [Fact]
    public async Task Before_the_wait_is_over_only_what_the_work_rests_on_is_left()
    {
        var ann = await world.Live("ann");
        var markers = await Marked(ann);
        await world.Begin(ann);

        Assert.Equal(
            ["auditkeys/key", "auditkeys/key", "auditkeys/key", "holds/hold", "holds/hold", "holds/hold", "profiles/profile", "profiles/profile", "profiles/profile"], markers.In(world.Storage, ErasingWorld.Stores));
    }

    [Fact]
    public async Task A_person_is_everybody_they_were_merged_with()
    {
        var ann = await world.Live("ann");
        var whole = await world.Eraser().Person([ann[1]], default);
        Assert.Equal(ann.OrderBy(s => s.Key), whole);
        Assert.DoesNotContain(world.People.Of("ann-friend", null), whole);
        var stranger = Subject.Random();
        Assert.Equal([stranger], await world.Eraser().Person([stranger], default));
    }

    [Fact]
    public async Task Everybody_else_is_as_they_were()
    {
        var ann = await world.Live("ann");
        var others = await world.Live("bob");
        var friend = world.People.Of("ann-friend", null);
        var before = await Kept([.. others, friend]);
        Assert.NotEmpty((await world.Graph(friend)).Cases);
        await world.Begin(ann);

        Assert.Equal(before, await Kept([.. others, friend]));
        Assert.Empty((await world.Graph(friend)).Cases);
        Assert.NotEmpty((await world.Graph(others[2])).Cases);
    }

    [Fact]
    public async Task Erasing_one_of_two_who_were_merged_leaves_the_other()
    {
        var ann = await world.Live("ann");
        await world.Erase(ann[1]);
        Assert.True((await Read(VaultFeatures.Store, ann[0], VaultFeatures.Id)).Ok);
        Assert.Equal(new[] { ann[0], ann[2] }.OrderBy(s => s.Key), (await world.Graph(ann[0])).ClusterOf(ann[0]).Members);
        Assert.DoesNotContain(new Markers().Add(ann[1]).In(world.Storage, ErasingWorld.Stores), p => !p.StartsWith("profiles", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twice_is_as_once()
    {
        var ann = await world.Live("ann");
        var markers = await Marked(ann);
        await world.Erase(ann);
        var again = await world.Erase(ann);
        Assert.All(again, c => Assert.Equal(0, c.Found));
        Assert.DoesNotContain(markers.In(world.Storage, ErasingWorld.Stores), p => !p.StartsWith("profiles", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_nobody_knows_is_erased_with_nothing_found()
    {
        await world.Live("ann");
        Assert.All(await world.Erase(Subject.Random()), c => Assert.Equal(0, c.Found));
    }

    [Fact]
    public async Task Salts_that_are_rotated_between_the_steps_change_nothing()
    {
        var ann = await world.Live("ann");
        var markers = await Marked(ann);
        var eraser = world.Eraser();
        await world.Sending.Rotate(TimeSpan.FromHours(1));
        await eraser.Tombstone(ann[0], default);
        await world.Sending.Rotate(TimeSpan.FromHours(1));
        await world.Seen("ann-user", "ann-laptop", "view");
        await eraser.Delete(ann[0], default);
        await world.Sending.Rotate(TimeSpan.FromHours(1));
        await world.Erase(ann);
        Assert.DoesNotContain(markers.In(world.Storage, ErasingWorld.Stores), p => !p.StartsWith("profiles", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_merge_that_stands_with_one_side_only_goes_with_either(bool erased)
    {
        var (one, other) = (world.People.Of("one", null), world.People.Of("two", null));
        var log = new IdentityLog(world.Storage.Documents, world.Clock);
        var evidence = new Evidence("user", 1, Authenticated: true, world.Clock.GetUtcNow());
        await log.Append(one, IdentityLog.MergesBook, [new Merged(world.Clock.GetUtcNow(), "m", one, other, evidence)], null, default);
        await log.Append(one, IdentityLog.CasesBook, [new Quarantined(world.Clock.GetUtcNow(), "c", other, one, QuarantineReason.TooMany, null, evidence)], null, default);
        var (gone, left) = erased ? (one, other) : (other, one);
        await world.Erase(gone);
        Assert.Empty((await world.Graph(left)).ClusterOf(left).Merges);
        Assert.Empty((await world.Graph(left)).Cases);
        Assert.DoesNotContain(new Markers().Add(gone).In(world.Storage, ErasingWorld.Stores), p => !p.StartsWith("profiles", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_alias_that_a_dying_process_left_without_a_link_is_found_where_looking_costs_nothing()
    {
        var ann = await world.Live("ann");
        await world.Storage.Documents.Put(Aliases.Store, "an-alias", "alias", AliasBody.Write(Holder.New(ann[0]), (await world.People.Fresh(default)).Current), Condition.None, null, default);
        await world.Begin(ann);
        Assert.Equal(Status.NotFound, (await world.Storage.Documents.Get(Aliases.Store, "an-alias", "alias", default)).Status);
    }

    [Fact]
    public async Task An_alias_that_is_somebody_elses_by_now_is_left_to_them()
    {
        var ann = await world.Live("ann");
        var (alias, other) = ((await world.AliasesOf(ann[1]))[0], Subject.Random());
        await world.Storage.Documents.Put(Aliases.Store, alias, "alias", AliasBody.Write(Holder.New(other), (await world.People.Fresh(default)).Current), Condition.None, null, default);
        await world.Begin(ann);
        Assert.Equal(other, AliasBody.Read((await world.Storage.Documents.Get(Aliases.Store, alias, "alias", default)).Value.Body.Span)!.Value.Subject);
    }

    [Fact]
    public async Task A_hold_of_somebody_else_is_theirs_to_let_go()
    {
        var person = Subject.Random();
        await new Holds(world.Storage.Documents).Take([person], "merge", default);
        await world.Eraser().Finish(person, default);
        await world.Eraser().Release([person], "erasure", default);
        Assert.False(await new Holds(world.Storage.Documents).Take([person], "erasure", default));
    }

    [Fact]
    public async Task Many_erasures_at_once_share_their_passes_over_the_disk()
    {
        var people = Enumerable.Range(0, 50).Select(i => world.People.Of($"user{i}", null)).ToList();
        for (var i = 0; i < 50; i++) await world.Seen($"user{i}", null, "view");
        await world.Pump();
        var (eraser, runs) = (world.Eraser(), world.Storage.Erasures.Runs);
        await Task.WhenAll(people.Select(p => Task.Run(async () =>
        {
            await eraser.Tombstone(p, default);
            await eraser.Delete(p, default);
        })));
        Assert.All(people, p => Assert.DoesNotContain(new Markers().Add(p).In(world.Storage, ErasingWorld.Stores), f => f != "profiles/profile"));
        Assert.InRange(world.Storage.Erasures.Runs - runs, 1, 49);
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        scratch.Dispose();
    }

    /// <summary>Also by what they called themselves, which is nowhere to begin with.</summary>
    private async Task<Markers> Marked(params Subject[] subjects)
    {
        var markers = new Markers().Add("ann-user", "ann-laptop", "ann-tablet");
        foreach (var subject in subjects) markers.Add(subject).Add(await world.AliasesOf(subject));
        return markers;
    }

    private ValueTask<Outcome<Document>> Read(Store store, Subject subject, string id) => world.Storage.Documents.Get(store, $"{subject}", id, default);

    /// <summary>Everything in the partitions of these people but what others may be named in.</summary>
    private async Task<List<string>> Kept(params Subject[] subjects)
    {
        var kept = new List<string>();
        foreach (var subject in subjects)
        {
            foreach (var store in ErasingWorld.Stores.All.Where(s => s is { Kind: StoreKind.Documents, Subject: SubjectKey.Partition } && s != IdentityLog.Store && s != IdentityLog.Cases))
                kept.AddRange((await world.Storage.Documents.List(store, $"{subject}", null, 100, default)).Value.Items.Select(d => $"{store.Name} {d.Id} {Convert.ToHexString(d.Body.Span)}"));
            kept.AddRange((await world.Storage.Ledger.Read(ConsentLedger.Store, $"{subject}", 0, 100, default)).Value.Select(r => Convert.ToHexString(r.Body.Span)));
            kept.AddRange(world.Storage.Stream.Read(StreamedEvent.Hub, subject.Partition(4), 0, 1000).Records.Where(r => r.Key == $"{subject}").Select(r => $"{r.Sequence}"));
            foreach (var alias in await world.AliasesOf(subject)) kept.Add($"{(await world.Storage.Documents.Get(Aliases.Store, alias, "alias", default)).Status}");
        }

        return kept;
    }
}
