using Personalization.Identity.Graph;
using Personalization.Storage.Embedded;
using Personalization.Tests.Azure.Fakes;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Graph;

/// <summary>Links that contradict each other, asked for at once, over the embedded store: every order of every read and write.</summary>
public sealed class ParallelLinksTests : IAsyncDisposable
{
    private const string Epoch = "epoch-1";
    private const int World = 10;

    private readonly HastyClock clock = new(TimeSpan.MaxValue);
    private readonly EmbeddedStorage storage = InMemory.Storage(new ManualClock());
    private int first;

    [Fact]
    public async Task Of_two_users_on_one_browser_exactly_one_is_joined_and_the_other_comes_before_a_person()
    {
        var winners = new HashSet<int>();
        for (var seed = 0; seed < 1000; seed++)
        {
            var graph = await Race(seed, SignIn(0, browser: 5, minute: 1), SignIn(1, browser: 5, minute: 2));
            var together = graph.ClusterOf(Number(5)).Members;
            Assert.Equal(2, together.Count);
            var question = Assert.Single(graph.Cases).Asked;
            Assert.Equal(QuarantineReason.UniqueConflict, question.Why);
            Assert.DoesNotContain(question.Into, together);
            winners.Add(together.Contains(Number(0)) ? 0 : 1);
        }

        // The seeds do reach both orders.
        Assert.Equal(2, winners.Count);
    }

    [Fact]
    public async Task Two_users_at_both_ends_of_a_chain_of_browsers_joined_at_once_never_become_one_person()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            // Any two of the three are fine, all three are not, and no log is written by all.
            var graph = await Race(seed, SignIn(0, 5, 1), () => new(Number(5), 77, Number(6), false, Signed("visitor", 2)), SignIn(1, 6, 3));
            Assert.All(graph.Clusters, c => Assert.True(c.Links.Count(l => l.Claims(Folk.Rules)) <= 1));
            Assert.Equal(QuarantineReason.UniqueConflict, Assert.Single(graph.Cases).Asked.Why);
            Assert.Equal(2, graph.Clusters.Count);
        }
    }

    [Fact]
    public async Task The_same_link_asked_for_many_times_at_once_is_one_merge()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var graph = await Race(seed, SignIn(0, 5, 1), SignIn(0, 5, 2), SignIn(0, 5, 3), SignIn(0, 5, 4));
            Assert.Single(graph.ClusterOf(Number(0)).Merges);
            Assert.Empty(graph.Cases);
        }
    }

    [Fact]
    public async Task A_merge_that_a_crash_left_in_one_log_is_brought_to_the_other()
    {
        var log = new IdentityLog(storage.Documents, clock);
        await log.Append(Subject(0), IdentityLog.MergesBook, [Merged(1, 0, 1)], null, default);
        var linker = new Linker(log, Folk.Rules);
        Assert.Single((await linker.Graph([Subject(1)], default)).ClusterOf(Subject(1)).Members);
        await linker.Graph([Subject(0)], default);
        Assert.Equal(2, (await linker.Graph([Subject(1)], default)).ClusterOf(Subject(1)).Members.Count);
    }

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    /// <summary>What everybody in a world of their own sees at the end, which must be the same.</summary>
    private async Task<IdentityGraph> Race(int seed, params Func<LinkAsk>[] asks)
    {
        first += World;
        var settled = new Linker(new(storage.Documents, clock), Folk.Rules);
        foreach (var user in new[] { 0, 1 }) await settled.Link(new(Number(user), Link(user), null, false, Signed("user")), Epoch, null, null, default);
        var turns = new Turns(storage.Documents, seed);
        var racing = new Linker(new(turns, clock), Folk.Rules);
        await turns.Race(asks.Select(ask => (Func<Task<LinkDecision>>)(() => racing.Link(ask(), Epoch, null, null, default).AsTask())));
        var graph = await settled.Graph([Number(5)], default);
        foreach (var member in graph.Clusters.SelectMany(c => c.Members)) Assert.Equal(graph.Hash(), (await settled.Graph([member], default)).Hash());
        Assert.Empty(Linking.Unasked(graph));
        return graph;
    }

    private Func<LinkAsk> SignIn(int user, int browser, int minute) => () => new(Number(browser), Link(user), Number(user), false, Signed("user", minute));

    private Personalization.Identity.Subject Number(int number) => Subject(first + number);

    private static ulong Link(int user) => 1000 + (ulong)user;
}
