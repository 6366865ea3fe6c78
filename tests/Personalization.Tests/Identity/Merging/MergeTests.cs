using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;
using static Personalization.Tests.Profiles.Behaviour;

namespace Personalization.Tests.Identity.Merging;

public sealed class MergeTests
{
    private static readonly Evidence Asked = new("user", 0, true, Start);

    [Fact]
    public void What_a_dry_run_shows_is_what_the_person_is_like_afterwards()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var sides = Enumerable.Range(0, 2).Select(i => Sides.Random(random, i)).ToList();
            var ready = Assert.IsType<MergeDecision.Ready>(Decide(Graph(), 0, 1, sides));
            var (members, shown) = (Graph(ready.Event).ClusterOf(Person(0)).Members, ready.Preview);
            Assert.Equal(members, shown.Members);
            var joint = JointConsent.Of(sides.Select(s => (s.Subject, s.Consent)));
            Assert.Equal((joint.Vote(), joint.Allowed(Sides.Policy)), (shown.Consent, shown.Allowed));
            var view = PersonView.OfProfiles().Of(Person(1), [.. sides.Select(s => new ViewSide(s.Subject, s.Profile, ~JointConsent.Of(s.Subject, s.Consent).Vote().Denied & Personalization.Consent.Purposes.All))], shown.Allowed);
            Assert.Equal(Provenance.Of(view, Now), shown.Attributes.Where(a => a.Kept == FeaturePlace.Profile));
            Assert.Equal(sides[0].Caps.Join(sides[1].Caps).Totals([.. members]), shown.Caps);
            Assert.Equal(sides[0].Exposures.Join(sides[1].Exposures).Buckets([.. members]), shown.Buckets);
        }
    }

    [Fact]
    public void Asking_again_for_the_same_merge_asks_for_the_same_event_and_changes_no_document()
    {
        var sides = Enumerable.Range(0, 2).Select(i => Sides.Random(new(i), i)).ToList();
        var before = sides.Select(s => s.Profile.ToArray()).ToList();
        var (one, other) = ((MergeDecision.Ready)Decide(Graph(), 0, 1, sides), (MergeDecision.Ready)Decide(Graph(), 1, 0, sides));
        Assert.Equal(one.Event.Merge, other.Event.Merge);
        Assert.Equal(before, sides.Select(s => s.Profile.ToArray()));
    }

    [Fact]
    public void A_merge_that_cannot_be_is_refused_with_its_reason()
    {
        var sides = Enumerable.Range(0, 3).Select(i => Sides.Random(new(i), i)).ToList();
        Assert.Equal(MergeRefusal.SameSubject, Reason(Decide(Graph(), 0, 0, sides)));
        Assert.Equal(MergeRefusal.AlreadyOne, Reason(Decide(Graph(Join(0, 1)), 1, 0, sides)));
        Assert.Equal(MergeRefusal.MissingSide, Reason(Decide(Graph(Join(1, 5)), 0, 1, sides)));
    }

    [Fact]
    public void Two_with_an_identifier_of_which_people_have_one_come_before_a_person()
    {
        var graph = Graph(new Linked(Start, Person(0), 1, Asked), new Linked(Start, Person(1), 2, Asked));
        var sides = Enumerable.Range(0, 2).Select(i => Sides.Random(new(i), i)).ToList();
        var refused = Assert.IsType<MergeDecision.Refused>(Decide(graph, 0, 1, sides));
        Assert.Equal((MergeRefusal.ConflictingIdentifiers, "user", true), (Assert.Single(refused.Reasons), refused.Case!.Namespace, refused.IsNew));
        var asked = Graph([.. graph.Steps.Select(s => s.Event), refused.Case]);
        Assert.False(Assert.IsType<MergeDecision.Refused>(Decide(asked, 0, 1, sides)).IsNew);
        var allowed = Graph([.. asked.Steps.Select(s => s.Event), .. Reviewing.Decide(asked, refused.Case.Case, ReviewVerdict.Together, "one person", Start.AddHours(1))!]);
        Assert.Equal(2, allowed.ClusterOf(Person(0)).Members.Count);
        var apart = Graph([.. asked.Steps.Select(s => s.Event), .. Reviewing.Decide(asked, refused.Case.Case, ReviewVerdict.Apart, "two people", Start.AddHours(1))!]);
        Assert.Equal(MergeRefusal.SaidApart, Reason(Decide(apart, 0, 1, sides)));
    }

    [Fact]
    public void More_members_than_the_cap_come_before_a_person()
    {
        var graph = Graph([.. Enumerable.Range(1, 9).Select(i => Join(0, i))]);
        Assert.Equal(MergeRefusal.TooManyMembers, Reason(Decide(graph, 0, 20, [])));
    }

    [Fact]
    public void Undoing_tells_who_is_who_afterwards()
    {
        var graph = Graph(Join(0, 1), Join(1, 2));
        var ready = Assert.IsType<UnmergeDecision.Ready>(Unmerge.Decide(graph, "0-1", "asked for", Start.AddDays(1)));
        Assert.Equal([[Person(0)], [Person(1), Person(2)]], ready.Parts.Select(p => p.Members));
        Assert.Equal((Person(0), Person(1)), ready.Between);
        Assert.Equal(ready.Parts[1].Members, Graph([.. graph.Steps.Select(s => s.Event), ready.Event]).ClusterOf(Person(2)).Members);
    }

    [Fact]
    public void Undoing_twice_or_what_never_was_is_said_to_be_so()
    {
        var graph = Graph(Join(0, 1), new Unmerged(Start.AddDays(1), "0-1", "asked for"));
        Assert.IsType<UnmergeDecision.AlreadyUndone>(Unmerge.Decide(graph, "0-1", "again", Start.AddDays(2)));
        Assert.IsType<UnmergeDecision.NoSuchMerge>(Unmerge.Decide(graph, "7-8", "never", Start.AddDays(2)));
    }

    [Fact]
    public void A_clock_that_is_behind_still_undoes()
    {
        var graph = Graph(Join(0, 1));
        var ready = Assert.IsType<UnmergeDecision.Ready>(Unmerge.Decide(graph, "0-1", "asked for", Start.AddDays(-9)));
        Assert.Single(Graph([.. graph.Steps.Select(s => s.Event), ready.Event]).ClusterOf(Person(0)).Members);
    }

    private static MergeDecision Decide(IdentityGraph graph, int from, int into, IReadOnlyList<MergeSide> sides) =>
        Merge.Decide(graph, new(Person(from), Person(into), Asked), sides, Sides.Policy, Start);

    private static IdentityGraph Graph(params IEnumerable<IdentityEvent> events) => IdentityGraph.Of(events, Folk.Rules);

    private static Merged Join(int from, int into) => new(Start.AddMinutes(from + into), $"{from}-{into}", Person(from), Person(into), Asked);

    private static MergeRefusal Reason(MergeDecision decision) => Assert.Single(Assert.IsType<MergeDecision.Refused>(decision).Reasons);
}
