using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Graph;

public sealed class LikelinessTests
{
    private const Purposes Enough = Purposes.Personalization | Purposes.CrossDevice;

    [Fact]
    public void Two_who_share_devices_are_likely_one_by_the_stated_formula_and_never_joined()
    {
        var graph = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device")), Linked(0, 8, Signed("session")), Linked(1, 8, Signed("session")), Linked(2, 8, Signed("session")));
        var edges = graph.Likely(Subject(0), _ => Enough, 0);
        // A device two share, not signed in: 0.6 / 2. A session three share: 0.3 / 2 each.
        Assert.Equal(1 - (0.7 * 0.85), edges[0].Confidence, 12);
        Assert.Equal(0.15, edges[1].Confidence, 12);
        Assert.Equal((Subject(1), 2), (edges[0].Other, edges[0].Shared));
        Assert.Equal(3, graph.Clusters.Count);
    }

    [Theory]
    [InlineData(Enough, Enough, true), InlineData(Enough, Purposes.Personalization, false), InlineData(Purposes.Personalization, Enough, false), InlineData(Purposes.CrossDevice, Enough, false), InlineData(Purposes.None, Purposes.None, false)]
    public void Both_sides_have_to_allow_it(Purposes one, Purposes other, bool told)
    {
        var graph = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device")));
        Assert.Equal(told, graph.Likely(Subject(0), s => s == Subject(0) ? one : other, 0).Count == 1);
    }

    [Fact]
    public void Every_member_of_a_person_has_to_allow_it()
    {
        var graph = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device")), Merged(1, 1, 2));
        Assert.Single(graph.Likely(Subject(0), _ => Enough, 0));
        Assert.Empty(graph.Likely(Subject(0), s => s == Subject(2) ? Purposes.Personalization : Enough, 0));
    }

    [Fact]
    public void Below_the_declared_confidence_nothing_is_told()
    {
        var graph = Folded(Linked(0, 7, Signed("device")), Linked(1, 7, Signed("device")));
        Assert.Single(graph.Likely(Subject(0), _ => Enough, 0.6));
        Assert.Empty(graph.Likely(Subject(0), _ => Enough, 0.6001));
    }

    [Fact]
    public void A_person_on_many_devices_does_not_thin_out_their_own()
    {
        var alone = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device"))).Likely(Subject(0), _ => Enough, 0)[0].Confidence;
        var joined = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device")), Linked(2, 7, Seen("device")), Merged(1, 1, 2)).Likely(Subject(0), _ => Enough, 0);
        Assert.Equal(alone, Assert.Single(joined).Confidence);
    }

    [Fact]
    public void Different_users_on_one_device_are_not_likely_one_person()
    {
        var graph = Folded(Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device")), Linked(0, 1, Signed("user")), Linked(1, 2, Signed("user")));
        Assert.Empty(graph.Likely(Subject(0), _ => Enough, 0));
    }

    [Fact]
    public void Who_was_unmerged_or_said_to_be_two_is_not_likely_one_person()
    {
        IdentityEvent[] sharing = [Linked(0, 7, Seen("device")), Linked(1, 7, Seen("device"))];
        Assert.Empty(Folded([.. sharing, Merged(1, 0, 1), Unmerged(2, "m1")]).Likely(Subject(0), _ => Enough, 0));
        var asked = new Quarantined(Start, "c", Subject(0), Subject(1), QuarantineReason.TooMany, null, Signed("user"));
        Assert.Single(Folded([.. sharing, asked]).Likely(Subject(0), _ => Enough, 0));
        Assert.Empty(Folded([.. sharing, asked, new Reviewed(Start, "c", ReviewVerdict.Apart, "")]).Likely(Subject(0), _ => Enough, 0));
    }

    [Fact]
    public void The_confidence_vector_names_each_namespace_with_how_sure_it_makes_us()
    {
        var vector = Folded(Linked(0, 1, Signed("user")), Linked(0, 2, Seen("device")), Linked(0, 3, Seen("device")), Linked(0, 4, Seen("visitor"))).ClusterOf(Subject(0)).Confidence;
        Assert.Equal(["device", "user", "visitor"], vector.Select(v => v.Namespace));
        Assert.Equal([1 - (0.7 * 0.7), 1, 0.5], vector.Select(v => Math.Round(v.Confidence, 12)));
        Assert.Equal([2, 1, 1], vector.Select(v => v.Links));
    }
}
