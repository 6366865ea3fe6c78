using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Merges, un-merges and answers to cases on somebody's word, whatever else happens meanwhile.</summary>
public sealed class PersonChangesTests : IAsyncDisposable
{
    private readonly ManualClock clock = new(Behaviour.Start);
    private readonly Meter meter = new(nameof(PersonChangesTests));
    private readonly EmbeddedStorage storage;
    private readonly Changing changing;

    public PersonChangesTests() => (storage, changing) = (InMemory.Storage(clock), new(clock, meter));

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

    private (int, int) Ask(int from, int into) => (from, into);

    private async Task<string> Do((int From, int Into) ask)
    {
        var change = await Named(ask);
        Assert.Equal(ChangeStatus.Done, (await Run(change)).Status);
        return change.Name;
    }

    private Task<PersonChange> Named((int From, int Into) ask) => changing.Named(storage, ask.From, ask.Into);

    private Task<ChangeOutcome> Run(PersonChange change) => changing.Run(change, storage.Documents, storage);

    private PersonChanges Changes() => changing.Over(storage.Documents, storage);

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
