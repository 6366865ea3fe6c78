using FsCheck;
using FsCheck.Fluent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Graph;

public sealed class IdentityGraphTests
{
    [Fact]
    public void Replaying_the_log_in_any_order_and_with_duplicates_gives_the_same_hash() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var log = RandomLog(random);
            var shuffled = log.Concat(log.Where(_ => random.Next(3) == 0)).ToArray();
            random.Shuffle(shuffled);
            return Folded(log).Hash() == Folded(shuffled).Hash();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Graphs_that_differ_in_anything_have_different_hashes()
    {
        IdentityEvent[] log = [Linked(0, 1, Signed("user")), Linked(1, 2, Signed("visitor")), Merged(1, 0, 1), Unmerged(2, "m1")];
        var hashes = new[]
        {
            Folded(log).Hash(), Folded(log[..3]).Hash(), Folded(log[..2]).Hash(), Folded([.. log[..2], Merged(1, 1, 0)]).Hash(),
            Folded([Linked(0, 1, Seen("user")), .. log[1..]]).Hash(), Folded([.. log, Merged(3, 0, 1)]).Hash(),
        };
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void No_person_ever_has_two_of_what_people_have_one_of_nor_more_members_than_the_cap() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            Folded(RandomLog(new Random(seed)).Where(e => e is not Reviewed)).Clusters.All(c =>
                c.Members.Count <= GraphRules.DefaultClusterCap && c.Links.Where(l => l.Claims(Folk.Rules)).GroupBy(l => l.Namespace).All(g => g.Select(l => l.Link).Distinct().Count() == 1)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_undone_merge_leaves_those_who_are_joined_otherwise_together()
    {
        var triangle = Folded(Merged(1, 0, 1), Merged(2, 1, 2), Merged(3, 0, 2), Unmerged(4, "m1"));
        Assert.Equal(3, triangle.ClusterOf(Subject(0)).Members.Count);
        var path = Folded(Merged(1, 0, 1), Merged(2, 1, 2), Unmerged(4, "m1"));
        Assert.Equal([Subject(0)], path.ClusterOf(Subject(0)).Members);
        Assert.Equal([Subject(1), Subject(2)], path.ClusterOf(Subject(2)).Members);
    }

    [Fact]
    public void Undoing_a_merge_joins_nobody_who_was_refused_while_it_stood()
    {
        var graph = Folded(Linked(0, 1, Signed("user")), Linked(1, 2, Signed("user")), Merged(1, 0, 9), Merged(2, 1, 9), Unmerged(3, "m1"));
        Assert.Equal(StepOutcome.Contested, graph.Steps[3].Outcome);
        Assert.All(graph.Clusters, c => Assert.Single(c.Members));
    }

    [Fact]
    public void Merging_and_undoing_twice_or_late_or_before_changes_nothing()
    {
        Assert.Single(Folded(Unmerged(0, "m1"), Merged(1, 0, 1)).ClusterOf(Subject(0)).Members);
        Assert.Equal(StepOutcome.AlreadySo, Folded(Merged(1, 0, 1), Merged(2, 0, 1, "m1")).Steps[1].Outcome);
        Assert.Equal(StepOutcome.Void, Folded(Merged(1, 0, 1), Unmerged(2, "m1"), Unmerged(3, "m1")).Steps[2].Outcome);
        Assert.Single(Folded(Merged(1, 0, 1), Unmerged(2, "m1"), Merged(3, 0, 1, "m1")).ClusterOf(Subject(0)).Members);
    }

    [Fact]
    public void A_link_that_ended_is_kept_and_says_when_and_why()
    {
        var link = Assert.Single(Folded(Linked(0, 1, Signed("user")), new Unlinked(Start.AddMinutes(1), Subject(0), 1, "closed")).ClusterOf(Subject(0)).Links);
        Assert.Equal((false, Start.AddMinutes(1), "closed"), (link.Holds, link.Ended!.Value, link.Reason));
        Assert.True(Folded(Linked(0, 1, Signed("user")), new Unlinked(Start.AddMinutes(1), Subject(0), 1, "closed"), Linked(0, 1, Signed("user", 2))).ClusterOf(Subject(0)).Links.Single().Holds);
    }

    [Fact]
    public void What_contradicts_and_was_stored_all_the_same_becomes_a_question()
    {
        var graph = Folded(Linked(0, 1, Signed("user")), Linked(1, 2, Signed("user")), Linked(0, 3, Signed("user", 2)), Merged(3, 0, 1));
        Assert.Equal([(Subject(0), Subject(0)), (Subject(0), Subject(1))], Linking.Unasked(graph).Select(q => (q.From, q.Into)));
        Assert.Empty(Linking.Unasked(Folded(graph.Steps.Select(s => s.Event).Concat(Linking.Unasked(graph)))));
    }

    private static List<IdentityEvent> RandomLog(Random random)
    {
        var log = new List<IdentityEvent>();
        string[] spaces = ["user", "visitor", "device"];
        for (var i = random.Next(5, 60); i > 0; i--)
        {
            // Few minutes, so that many events are of the same moment.
            var (minute, one, other) = (random.Next(12), random.Next(14), random.Next(14));
            var evidence = new Evidence(spaces[random.Next(3)], 0, random.Next(3) > 0, Start.AddMinutes(minute));
            log.Add(random.Next(10) switch
            {
                < 4 => Linked(one, (ulong)random.Next(6), evidence),
                < 5 => new Unlinked(Start.AddMinutes(minute), Subject(one), (ulong)random.Next(6), "over"),
                < 8 => Merged(minute, one, other, $"{one}-{other}-{random.Next(2)}"),
                < 9 => Unmerged(minute, $"{one}-{other}-{random.Next(2)}"),
                _ when random.Next(2) == 0 => new Quarantined(Start.AddMinutes(minute), $"c{one}", Subject(one), Subject(other), QuarantineReason.TooMany, null, evidence),
                _ => new Reviewed(Start.AddMinutes(minute), $"c{one}", random.Next(2) == 0 ? ReviewVerdict.Apart : ReviewVerdict.Together, ""),
            });
        }

        return log;
    }
}
