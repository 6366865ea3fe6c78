using Personalization.Consent;
using Personalization.Identity.Graph;
using static Personalization.Tests.Identity.Graph.Folk;

namespace Personalization.Tests.Identity.Graph;

/// <summary>Places where many people use one thing, and must stay many people.</summary>
public sealed class SharedDeviceTests
{
    private const int Tablet = 500;

    private readonly Meeting meeting = new();

    [Fact]
    public void On_a_family_tablet_the_first_to_sign_in_is_joined_and_the_others_come_before_a_person()
    {
        for (var user = 0; user < 4; user++) meeting.Own(user);
        Assert.IsType<LinkDecision.Joined>(meeting.SignIn(Tablet, 0, 1));
        for (var user = 1; user < 4; user++) Assert.Equal(QuarantineReason.UniqueConflict, Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, user, 1 + user)).Case.Why);
        Assert.Equal([Subject(0), Subject(Tablet)], meeting.Now.ClusterOf(Subject(Tablet)).Members);
        Assert.Equal(3, meeting.Now.Cases.Count(c => c.IsOpen));
        Assert.All(meeting.Now.Clusters, OneUserAtMost);
    }

    [Fact]
    public void Somebody_who_comes_again_asks_no_second_question()
    {
        meeting.Own(0);
        meeting.Own(1);
        meeting.SignIn(Tablet, 0, 1);
        var first = Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 1, 2));
        var again = Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 1, 90));
        Assert.Empty(again.Events);
        Assert.Equal(first.Case, again.Case);
        Assert.IsType<LinkDecision.Known>(meeting.SignIn(Tablet, 0, 91));
    }

    [Fact]
    public void A_kiosk_is_one_question_however_many_pass_by()
    {
        for (var user = 0; user < 60; user++) meeting.Own(user);
        for (var user = 0; user < 60; user++) meeting.SignIn(Tablet, user, user + 1);
        Assert.Equal(GraphRules.Crowd, meeting.Now.Cases.Count(c => c.Asked.Why == QuarantineReason.UniqueConflict));
        Assert.Single(meeting.Now.Cases, c => c.Asked.Why == QuarantineReason.Crowd);
        Assert.Equal(QuarantineReason.Crowd, Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 59, 1000)).Case.Why);
        Assert.All(meeting.Now.Clusters, OneUserAtMost);
    }

    [Fact]
    public void In_an_internet_cafe_a_device_says_next_to_nothing()
    {
        for (var user = 0; user < 40; user++)
        {
            meeting.Uses(user, 77, user);
            Assert.IsNotType<LinkDecision.Joined>(meeting.Uses(user, 77, 100 + user));
        }

        Assert.Equal(40, meeting.Now.Clusters.Count);
        Assert.Equal(39, meeting.Now.Likely(Subject(0), _ => Purposes.All, 0).Count);
        Assert.Empty(meeting.Now.Likely(Subject(0), _ => Purposes.All, 0.05));
    }

    [Fact]
    public void In_a_call_centre_what_an_agent_types_for_customers_joins_nobody()
    {
        for (var customer = 0; customer < 30; customer++)
        {
            meeting.Take(new(Subject(customer), 2000 + (ulong)customer, null, false, Signed("email")));
            Assert.IsType<LinkDecision.Noted>(meeting.Take(new(Subject(Tablet), 2000 + (ulong)customer, Subject(customer), false, Seen("email", customer + 1))));
        }

        Assert.All(meeting.Now.Clusters, c => Assert.Single(c.Members));
    }

    [Fact]
    public void A_placeholder_in_place_of_an_identifier_joins_nobody_and_is_one_question()
    {
        var first = Assert.IsType<LinkDecision.Held>(meeting.Take(new(Subject(0), 1, Subject(1), true, Signed("user"))));
        Assert.Equal(QuarantineReason.BlockedIdentifier, first.Case.Why);
        Assert.Empty(Assert.IsType<LinkDecision.Held>(meeting.Take(new(Subject(0), 1, Subject(2), true, Signed("user", 5)))).Events);
        Assert.All(meeting.Now.Clusters, c => Assert.Single(c.Members));
    }

    [Fact]
    public void Nobody_consists_of_more_subjects_than_the_cap()
    {
        meeting.Own(0);
        for (var browser = 1; browser < GraphRules.DefaultClusterCap; browser++) Assert.IsType<LinkDecision.Joined>(meeting.SignIn(browser, 0, browser));
        Assert.Equal(QuarantineReason.TooMany, Assert.IsType<LinkDecision.Held>(meeting.SignIn(99, 0, 99)).Case.Why);
        Assert.Equal(GraphRules.DefaultClusterCap, meeting.Now.ClusterOf(Subject(0)).Members.Count);
    }

    [Fact]
    public void A_new_user_of_a_browser_that_is_somebody_elses_is_two_people()
    {
        meeting.Own(0);
        var held = Assert.IsType<LinkDecision.Held>(meeting.Take(new(Subject(0), 42, null, false, Signed("user", 3))));
        Assert.Equal((QuarantineReason.UniqueConflict, "user"), (held.Case.Why, held.Case.Namespace));
        Assert.Single(meeting.Now.ClusterOf(Subject(0)).Links);
    }

    [Fact]
    public void What_was_unmerged_is_not_merged_again_without_a_person()
    {
        meeting.Own(0);
        var joined = Assert.IsType<LinkDecision.Joined>(meeting.SignIn(Tablet, 0, 1));
        meeting.Add(Unmerged(2, joined.Merge.Merge));
        var held = Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 0, 3));
        Assert.Equal(QuarantineReason.WasUnmerged, held.Case.Why);
        meeting.Add(Reviewing.Decide(meeting.Now, held.Case.Case, ReviewVerdict.Together, "asked them", Start.AddMinutes(4))!);
        Assert.Equal(2, meeting.Now.ClusterOf(Subject(0)).Members.Count);
    }

    [Fact]
    public void What_somebody_said_to_be_two_people_stays_so_and_is_not_asked_again()
    {
        meeting.Own(0);
        meeting.Own(1);
        meeting.SignIn(Tablet, 0, 1);
        var held = Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 1, 2));
        meeting.Add(Reviewing.Decide(meeting.Now, held.Case.Case, ReviewVerdict.Apart, "two sisters", Start.AddMinutes(3))!);
        Assert.Empty(Assert.IsType<LinkDecision.Held>(meeting.SignIn(Tablet, 1, 4)).Events);
        Assert.DoesNotContain(meeting.Now.Cases, c => c.IsOpen);
        Assert.Empty(Reviewing.Decide(meeting.Now, held.Case.Case, ReviewVerdict.Apart, "again", Start.AddMinutes(5))!);
        Assert.Null(Reviewing.Decide(meeting.Now, "no such", ReviewVerdict.Apart, "", Start));
    }

    private static void OneUserAtMost(Cluster cluster) => Assert.True(cluster.Links.Count(l => l.Claims(Folk.Rules) && l.Namespace == "user") <= 1);
}
