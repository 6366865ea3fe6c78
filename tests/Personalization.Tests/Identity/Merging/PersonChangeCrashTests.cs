using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Changes of who is who that cross, or whose process dies in the middle.</summary>
public sealed class PersonChangeCrashTests : IDisposable
{
    private readonly ManualClock clock = new(Behaviour.Start);
    private readonly Meter meter = new(nameof(PersonChangeCrashTests));
    private readonly Changing changing;

    public PersonChangeCrashTests() => changing = new(clock, meter);

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
        var name = kind == PersonChangeKind.Merge ? (await changing.Named(world, 0, 1)).Name : await Prepared(kind, world);
        // Somebody signed in between asking and doing.
        if (refused) await new Linker(new(world.Documents, clock), Meeting.Rules).Store([Person(0), Person(1)], [new Merged(Behaviour.Start, "sign-in", Person(0), Person(1), Folk.Signed("user"))], "", null, default);
        var change = new PersonChange(kind, name, "why");
        var mortal = new MortalStorage(world.Documents, world.Blobs, at, after);
        var calls = 0;
        try
        {
            await changing.Run(change, mortal, world);
            calls = mortal.Calls;
        }
        catch (StoreUnavailableException) { await changing.Run(change, world.Documents, world); }

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
        var (decision, name) = await changing.Over(documents, world).Preview(Person(from), Person(into), ask: false, default);
        if (decision is not MergeDecision.Ready) return;
        await new IdentityLog(documents, clock).Name(name, Person(from), Person(into), default);
        if (running.TryAdd(name, true)) await changing.Run(new(PersonChangeKind.Merge, name, "x"), documents, world, name);
    }

    public void Dispose() => meter.Dispose();

    private static Subject Person(int number) => Behaviour.Person(number);

    private static IReadOnlyList<Subject> Persons(params IEnumerable<int> numbers) => [.. numbers.Select(Person).OrderBy(s => s.Key)];
}
