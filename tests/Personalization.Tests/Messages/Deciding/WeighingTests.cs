using Personalization.Consent;
using Personalization.Messages;
using Personalization.Messages.Caps;
using Personalization.Messages.Deciding;
using static Personalization.Tests.Messages.Campaigning;

namespace Personalization.Tests.Messages.Deciding;

/// <summary>What may be said, in which order, and who sits where.</summary>
public sealed class WeighingTests
{
    [Fact]
    public void Worth_times_urgency_decides_and_of_equals_the_lower_id()
    {
        var campaigns = Compiled("", Campaign("b"), Campaign("a"), Campaign("late", 10, "").Replace("\"urgency\":1", "\"urgency\":0.05", StringComparison.Ordinal), Campaign("top", 2));
        Assert.Equal("top a b late", Weighing().Of(campaigns).Reasons());
    }

    [Fact]
    public void What_speaks_against_a_campaign_is_said()
    {
        var campaigns = Compiled(
            ""","quietHours":{"from":"08:00","until":"10:00","channels":["web"]}""", Campaign("ended", 9, ""","until":"2026-01-05T09:00:00Z" """), Campaign("us", 8, ""","when":{"regions":["US"]}"""),
            Campaign("phone", 7, ""","when":{"devices":["phone"]}"""), Campaign("vip", 6, ""","when":{"segments":["vip"]}"""), Campaign("loud", 5), Campaign("order", 4, ""","transactional":true"""),
            Campaign("elsewhere", 3, ""","channels":["email"]"""), Campaign("other", 2, ""","slots":["cart"]"""));
        Assert.Equal("order ended=not-now us=region phone=device vip=segment loud=quiet-hours", Weighing(region: "DE").Of(campaigns).Reasons());
        Assert.Equal("us phone vip loud order ended=not-now", Weighing(region: "US-CA", device: "Phone", segments: ["vip"], at: Now.AddHours(1)).Of(campaigns).Reasons());
    }

    [Theory]
    [InlineData(MessageChannel.Email, Purposes.None, "order plain=no-consent:marketing vip=no-consent:personalization")]
    [InlineData(MessageChannel.Email, Purposes.Marketing, "plain order vip=no-consent:personalization")]
    [InlineData(MessageChannel.Email, Purposes.Marketing | Purposes.Personalization, "plain vip order")]
    [InlineData(MessageChannel.ThirdParty, Purposes.Marketing, "order plain=no-consent:thirdParty vip=no-consent:personalization")]
    [InlineData(MessageChannel.ThirdParty, Purposes.Marketing | Purposes.ThirdParty, "plain order vip=no-consent:personalization")]
    [InlineData(MessageChannel.ThirdParty, Purposes.ThirdParty | Purposes.Personalization, "order plain=no-consent:marketing vip=no-consent:marketing")]
    public void Nothing_is_said_without_the_leave_its_channel_and_aim_need(MessageChannel channel, Purposes allowed, string reasons)
    {
        var campaigns = Compiled("", Campaign("plain", 3), Campaign("vip", 2, ""","when":{"segments":["vip"]}"""), Campaign("order", 1, ""","transactional":true"""));
        Assert.Equal(reasons, Weighing(channel, allowed: allowed, segments: ["vip"]).Of(campaigns).Reasons());
    }

    [Fact]
    public void Of_somebody_held_out_nothing_known_is_used()
    {
        var campaigns = Compiled("", Campaign("vip", 2, ""","when":{"segments":["vip"]}"""), Campaign("plain"));
        Assert.Equal("plain vip=held-out", Weighing(heldOut: true).Of(campaigns).Reasons());
    }

    [Fact]
    public void Where_nobody_could_be_read_only_what_needs_nobody_is_said()
    {
        var campaigns = Compiled("", Campaign("plain", 2), Campaign("order", 1, ""","transactional":true"""));
        Assert.Equal("order plain=unavailable", Weighing(allowed: Purposes.None, known: false).Of(campaigns).Reasons());
    }

    [Fact]
    public void One_that_fits_elsewhere_too_makes_room_and_none_is_said_twice()
    {
        var campaigns = Compiled("", Campaign("any", 3), Campaign("hero", 2, ""","slots":["hero"]"""), Campaign("late", 1));
        var choice = Chosen(campaigns, ["hero", "cart"]);
        Assert.Equal(["hero", "any"], choice.Seats.Select(c => c?.Id));
        Assert.Equal("late outbid", string.Join(' ', choice.Lost.Select(l => $"{l.Campaign.Id} {l.Reason}")));
        Assert.Equal(["any", "hero", null], Chosen(Compiled("", Campaign("any", 3, ""","slots":["a"]"""), Campaign("hero", 2, ""","slots":["b"]""")), ["a", "b", "c"]).Seats.Select(c => c?.Id));
    }

    [Fact]
    public void A_cap_over_all_is_used_up_by_the_first_of_one_decision()
    {
        var campaigns = Compiled(""","caps":[{"id":"all","count":1,"per":"day"},{"id":"mail","channels":["email"],"count":1,"per":"day"}]""", Campaign("a", 2), Campaign("b", 1), Campaign("order", 0.5, ""","transactional":true"""));
        var choice = Chosen(campaigns, ["x", "y", "z"]);
        Assert.Equal(["a", "order", null], choice.Seats.Select(c => c?.Id));
        Assert.Equal("b cap:all", string.Join(' ', choice.Lost.Select(l => $"{l.Campaign.Id} {l.Reason}")));
    }

    private static Choice Chosen(Personalization.Messages.Campaigns.CompiledCampaigns campaigns, string[] slots) =>
        Choice.Of(Weighing(slots: slots).Of(campaigns), slots, new(CapSheet.None, [Caps.CapWorld.Sides[0]], MessageChannel.Web, Now, Now));
}
