using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Identity.Whole;
using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Profiles;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Merges, un-merges and answers to cases on somebody's word, whatever else happens meanwhile.</summary>
public sealed class PersonChangesTests : IAsyncDisposable
{
    private static readonly ConsentPolicy Policy = new(1, new Dictionary<Region, Regime>(), Regime.OptOut);

    private readonly ManualClock clock = new(Behaviour.Start);
    private readonly Meter meter = new(nameof(PersonChangesTests));
    private readonly EmbeddedStorage storage;

    public PersonChangesTests() => storage = InMemory.Storage(clock);

    [Fact]
    public async Task A_merge_is_done_told_and_found_by_its_name()
    {
        var name = await Do(Ask(0, 1));
        Assert.Equal(Persons(0, 1), (await Cluster(0)).Members);
        Assert.Equal((Person(0), Person(1)), await Log().Find(name, default));
        Assert.Equal([AuditTypes.Merged, AuditTypes.Merged], (await InMemory.Entries(Audit())).Select(e => e.Type));
        Assert.Empty(await Held());
    }

    [Fact]
    public async Task Undoing_a_merge_leaves_both_as_they_were_and_may_be_asked_for_twice()
    {
        var name = await Do(Ask(0, 1));
        for (var i = 0; i < 2; i++) Assert.Equal(ChangeStatus.Done, (await Run(new(PersonChangeKind.Unmerge, name, "wrong-person"))).Status);
        Assert.Equal(Persons(0), (await Cluster(0)).Members);
        Assert.Equal(2, (await InMemory.Entries(Audit())).Count(e => e.Type == AuditTypes.Unmerged));
        Assert.Empty(await Held());
    }

    [Fact]
    public async Task A_merge_that_was_undone_is_another_merge_when_it_is_asked_for_again()
    {
        var first = await Do(Ask(0, 1));
        await Run(new(PersonChangeKind.Unmerge, first, "wrong-person"));
        Assert.NotEqual(first, await Do(Ask(1, 0)));
        Assert.Equal(Persons(0, 1), (await Cluster(0)).Members);
        // A late repetition of the first changes nothing.
        Assert.Equal(ChangeStatus.Refused, (await Run(new(PersonChangeKind.Merge, first, "late"))).Status);
        Assert.Equal(Persons(0, 1), (await Cluster(0)).Members);
    }

    [Fact]
    public async Task Two_who_are_said_to_be_one_against_what_speaks_against_it_become_a_case_that_somebody_answers()
    {
        await Claims(0, 1);
        var (decision, name) = await Changes().Preview(Person(0), Person(1), ask: true, default);
        var open = Assert.IsType<MergeDecision.Refused>(decision).Case!.Case;
        Assert.Equal((Person(0), Person(1)), await Log().Find(open, default));
        Assert.Equal(ChangeStatus.Done, (await Run(new(PersonChangeKind.JoinAnyway, open, "same-person"))).Status);
        Assert.Equal(Persons(0, 1), (await Cluster(0)).Members);
        Assert.Contains(AuditTypes.Reviewed, (await InMemory.Entries(Audit())).Select(e => e.Type));
        Assert.Equal(ChangeStatus.Done, (await Run(new(PersonChangeKind.JoinAnyway, open, "same-person"))).Status);
        Assert.Equal(2, (await InMemory.Entries(Audit())).Count(e => e.Type == AuditTypes.Reviewed));
    }

    [Fact]
    public async Task Whoever_was_said_to_be_two_is_not_merged_afterwards()
    {
        await Claims(0, 1);
        var open = ((MergeDecision.Refused)(await Changes().Preview(Person(0), Person(1), ask: true, default)).Decision).Case!.Case;
        Assert.Equal(ChangeStatus.Done, (await Run(new(PersonChangeKind.KeepApart, open, "sisters"))).Status);
        Assert.Equal(MergeRefusal.SaidApart, Assert.Single(((MergeDecision.Refused)(await Changes().Preview(Person(0), Person(1), ask: false, default)).Decision).Reasons));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        await Claims(0, 1);
        var before = await Everything();
        await Changes().Preview(Person(0), Person(1), ask: false, default);
        await Changes().Preview(Person(2), Person(3), ask: false, default);
        Assert.Equal(before, await Everything());
    }

    [Fact]
    public async Task What_nobody_knows_is_unknown()
    {
        foreach (var kind in Enum.GetValues<PersonChangeKind>()) Assert.Equal(ChangeStatus.Unknown, (await Run(new(kind, "nothing", "x"))).Status);
    }

    [Fact]
    public async Task A_merge_waits_while_one_of_the_two_is_held_and_nothing_of_one_that_is_given_up_stays()
    {
        await new Holds(storage.Documents).Take([Person(1)], "an erasure", default);
        var before = await Everything();
        var change = await Named(Ask(0, 1));
        Assert.False(await Changes().Hold(change, "me", default));
        Assert.Equal(ChangeStatus.Busy, (await Changes().Abandon(change, default)).Status);
        Assert.Equal(before, await Everything());
        await new Holds(storage.Documents).Release([Person(1)], "an erasure", default);
        Assert.True(await Changes().Hold(await Named(Ask(0, 1)), "me", default));
    }

    [Fact]
    public async Task Nobody_is_merged_with_somebody_who_was_erased()
    {
        var change = await Named(Ask(0, 1));
        await new Tombstones(storage.Documents).Raise(Person(1), TimeSpan.FromDays(3), clock.GetUtcNow(), default);
        Assert.Equal(MergeRefusal.Erased, Assert.Single((await Run(change)).Reasons));
        Assert.Equal(MergeRefusal.Erased, Assert.Single(((MergeDecision.Refused)(await Changes().Preview(Person(0), Person(1), ask: true, default)).Decision).Reasons));
        Assert.Null(await Log().Find(change.Name, default));
        Assert.Empty((await storage.Documents.Scan(IdentityLog.Store, null, 10, default)).Value.Items);
    }

    /// <summary>Each of them wants what the next one has.</summary>
    [Fact]
    public async Task Merges_that_cross_never_wait_for_each_other_for_ever()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            await using var world = InMemory.Storage(clock);
            var (turns, running) = (new Turns(world.Documents, seed), new ConcurrentDictionary<string, bool>(StringComparer.Ordinal));
            (int, int)[] asks = [(0, 1), (1, 2), (2, 0), (1, 0)];
            await turns.Race(asks.Select(a => (Func<Task<bool>>)(async () =>
            {
                await DoOver(turns, world, running, a.Item1, a.Item2);
                return true;
            })));
            Assert.Equal(Persons(0, 1, 2), (await new Linker(new(world.Documents, clock), Meeting.Rules).Graph([Person(0)], default)).ClusterOf(Person(0)).Members);
            Assert.Empty((await world.Documents.Scan(Holds.Store, null, 100, default)).Value.Items);
        }
    }

    /// <summary>At every call of a store, before and after it; whoever takes up the work begins where it was.</summary>
    [Theory]
    [InlineData(PersonChangeKind.Merge, false)]
    [InlineData(PersonChangeKind.Merge, true)]
    [InlineData(PersonChangeKind.Unmerge, false)]
    [InlineData(PersonChangeKind.JoinAnyway, false)]
    [InlineData(PersonChangeKind.KeepApart, false)]
    public async Task A_crash_at_any_call_leaves_what_can_be_finished(PersonChangeKind kind, bool refused)
    {
        var (wanted, _, calls) = await Crashed(kind, refused, int.MaxValue, false);
        Assert.True(calls > 10);
        for (var at = 0; at < calls; at++)
            foreach (var after in new[] { false, true })
            {
                var (left, held, _) = await Crashed(kind, refused, at, after);
                Assert.Equal(wanted, left);
                Assert.Equal(0, held);
            }
    }

    private async Task<(string Graph, int Held, int Calls)> Crashed(PersonChangeKind kind, bool refused, int at, bool after)
    {
        await using var world = InMemory.Storage(clock);
        var name = kind == PersonChangeKind.Merge ? (await Named(Ask(0, 1), world)).Name : await Prepared(kind, world);
        // Somebody signed in between asking and doing.
        if (refused) await new Linker(new(world.Documents, clock), Meeting.Rules).Store([Person(0), Person(1)], [new Merged(Behaviour.Start, "sign-in", Person(0), Person(1), Folk.Signed("user"))], "", null, default);
        var change = new PersonChange(kind, name, "why");
        var mortal = new MortalStorage(world.Documents, world.Blobs, at, after);
        var calls = 0;
        try
        {
            await Run(change, mortal, world);
            calls = mortal.Calls;
        }
        catch (StoreUnavailableException) { await Run(change, world.Documents, world); }

        var graph = await new Linker(new(world.Documents, clock), Meeting.Rules).Graph([Person(0), Person(1)], default);
        var said = graph.Cases.Select(c => c.Answered?.Verdict.ToString());
        var names = (await world.Documents.Scan(IdentityLog.Names, null, 10, default)).Value.Items.Select(d => d.Partition).Order(StringComparer.Ordinal);
        var carried = (await world.Documents.Scan(WholePersons.Store, null, 10, default)).Value.Items.Select(d => $"{d.Partition} {Encoding.UTF8.GetString(d.Body.Span)}").Order(StringComparer.Ordinal);
        return ($"{string.Join(' ', graph.ClusterOf(Person(0)).Members)} {string.Join(' ', said)} {string.Join(' ', names)} {string.Join(' ', carried)}", (await world.Documents.Scan(Holds.Store, null, 10, default)).Value.Items.Count, calls);
    }

    private async Task<string> Prepared(PersonChangeKind kind, EmbeddedStorage world)
    {
        var linker = new Linker(new(world.Documents, clock), Meeting.Rules);
        IdentityEvent there = kind == PersonChangeKind.Unmerge
            ? new Merged(Behaviour.Start, "m", Person(0), Person(1), Folk.Signed("user"))
            : new Quarantined(Behaviour.Start, "m", Person(0), Person(1), QuarantineReason.WasUnmerged, null, Folk.Signed("user"));
        await linker.Store([Person(0), Person(1)], [there], "", null, default);
        return "m";
    }

    // As a workflow does it: there is one instance of each name.
    private async Task DoOver(IDocuments documents, EmbeddedStorage world, ConcurrentDictionary<string, bool> running, int from, int into)
    {
        var (decision, name) = await Changes(documents, world).Preview(Person(from), Person(into), ask: false, default);
        if (decision is not MergeDecision.Ready) return;
        await new IdentityLog(documents, clock).Name(name, Person(from), Person(into), default);
        if (running.TryAdd(name, true)) await Run(new(PersonChangeKind.Merge, name, "x"), documents, world, name);
    }

    private (int, int) Ask(int from, int into) => (from, into);

    private async Task<PersonChange> Named((int From, int Into) ask, EmbeddedStorage? world = null)
    {
        var (decision, name) = await Changes(null, world).Preview(Person(ask.From), Person(ask.Into), ask: false, default);
        Assert.IsType<MergeDecision.Ready>(decision);
        await new IdentityLog((world ?? storage).Documents, clock).Name(name, Person(ask.From), Person(ask.Into), default);
        return new(PersonChangeKind.Merge, name, "by-staff");
    }

    private async Task<string> Do((int From, int Into) ask)
    {
        var change = await Named(ask);
        Assert.Equal(ChangeStatus.Done, (await Run(change)).Status);
        return change.Name;
    }

    private Task<ChangeOutcome> Run(PersonChange change) => Run(change, storage.Documents, storage);

    private async Task<ChangeOutcome> Run(PersonChange change, IDocuments documents, EmbeddedStorage world, string owner = "me")
    {
        var changes = Changes(documents, world);
        while (!await changes.Hold(change, owner, default)) await Task.Yield();
        var outcome = await changes.Apply(change, default);
        await changes.Release(change, owner, default);
        return outcome;
    }

    private PersonChanges Changes(IDocuments? documents = null, EmbeddedStorage? world = null)
    {
        var over = world ?? storage;
        var log = new IdentityLog(documents ?? over.Documents, clock);
        return new(
            log, new(log, Meeting.Rules), new(documents ?? over.Documents), new(documents ?? over.Documents, new(over.Ledger), new(documents ?? over.Documents, _ => true, clock, meter)), over.Persons(clock, documents), new(documents ?? over.Documents),
            new(over.Documents, new(TimeSpan.FromDays(1)), clock, meter), Homes(documents ?? over.Documents), InMemory.Audit(over, clock, meter), Policy, clock);
    }

    private CapHomes Homes(IDocuments documents) =>
        new(new(documents), new(documents), async (subject, stop) => (await new Linker(new(documents, clock), Meeting.Rules).Graph([subject], stop)).ClusterOf(subject).Members, clock);

    // Both say, signed in, that they are one user each.
    private async Task Claims(int one, int other)
    {
        var linker = new Linker(Log(), Meeting.Rules);
        foreach (var (who, link) in new[] { (one, 11UL), (other, 12UL) })
            await linker.Store([Person(who)], [new Linked(Behaviour.Start, Person(who), link, Folk.Signed("user"))], "epoch-1", null, default);
    }

    private IdentityLog Log() => new(storage.Documents, clock);

    private AuditLog Audit() => InMemory.Audit(storage, clock, meter);

    private async Task<Cluster> Cluster(int person) => (await new Linker(Log(), Meeting.Rules).Graph([Person(person)], default)).ClusterOf(Person(person));

    private async Task<IReadOnlyList<Document>> Held() => (await storage.Documents.Scan(Holds.Store, null, 100, default)).Value.Items;

    private async Task<IReadOnlyList<string>> Everything()
    {
        var all = new List<string>();
        foreach (var store in new[] { IdentityLog.Store, IdentityLog.Cases, IdentityLog.Names, Holds.Store })
            all.AddRange((await storage.Documents.Scan(store, null, 1000, default)).Value.Items.Where(d => store != Holds.Store || d.Partition != Person(1).ToString()).Select(d => $"{store.Name} {d.Partition} {d.Id} {Convert.ToHexString(d.Body.Span)}"));
        return all;
    }

    private static Subject Person(int number) => Behaviour.Person(number);

    private static IReadOnlyList<Subject> Persons(params IEnumerable<int> numbers) => [.. numbers.Select(Person).OrderBy(s => s.Key)];

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }
}
