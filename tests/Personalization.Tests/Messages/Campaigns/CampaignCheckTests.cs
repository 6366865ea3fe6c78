using Personalization.Messages.Campaigns;
using static Personalization.Tests.Messages.Campaigning;

namespace Personalization.Tests.Messages.Campaigns;

/// <summary>What marketers are told about campaigns that cannot be meant.</summary>
public sealed class CampaignCheckTests
{
    [Theory]
    [InlineData("""{}""", "campaigns")]
    [InlineData("""{"campaigns":[null]}""", "campaigns[0]")]
    [InlineData("""{"campaigns":[{"value":1,"urgency":1}]}""", "campaigns[0].id")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1},{"id":"a","value":1,"urgency":1}]}""", "campaigns[1].id")]
    [InlineData("""{"campaigns":[{"id":"a","value":0,"urgency":1}]}""", "campaigns[0].value")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1.1}]}""", "campaigns[0].urgency")]
    [InlineData("""{"campaigns":[{"id":"a","value":1}]}""", "campaigns[0].urgency")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"channels":["sms"]}]}""", "campaigns[0].channels[0]")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"channels":[]}]}""", "campaigns[0].channels")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"slots":["a b"]}]}""", "campaigns[0].slots[0]")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"from":"tomorrow"}]}""", "campaigns[0].from")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"from":"2026-01-02T00:00:00Z","until":"2026-01-02T00:00:00Z"}]}""", "campaigns[0].until")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"when":{"regions":["Europe"]}}]}""", "campaigns[0].when.regions[0]")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"caps":[{"count":0,"per":"day"}]}]}""", "campaigns[0].caps[0].count")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"caps":[{"count":1,"per":"day"},{"count":1,"per":"year"}]}]}""", "campaigns[0].caps[1].per")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"caps":[{"count":1,"per":"day"},{"count":2,"per":"day"}]}]}""", "campaigns[0].caps[1].per")]
    [InlineData("""{"campaigns":[{"id":"a","value":1,"urgency":1,"transactional":true,"caps":[{"count":1,"per":"day"}]}]}""", "campaigns[0].caps")]
    [InlineData("""{"campaigns":[],"caps":[{"id":"x","count":1,"per":"day","channels":["web","web"]}]}""", "caps[0].channels[1]")]
    [InlineData("""{"campaigns":[],"caps":[{"id":"x","count":101,"per":"day"}]}""", "caps[0].count")]
    [InlineData("""{"campaigns":[],"quietHours":{"from":"9pm","until":"08:00"}}""", "quietHours.from")]
    [InlineData("""{"campaigns":[],"quietHours":{"from":"21:00","until":"21:00"}}""", "quietHours.until")]
    [InlineData("""{"campaigns":[],"quietHours":{"from":"21:00","until":"08:00","zone":"Middle/Earth"}}""", "quietHours.zone")]
    public void What_cannot_be_meant_is_named_by_its_place(string json, string field) => Assert.Equal(field, CampaignCheck.Fault(Set(json))?.Field);

    [Fact]
    public void What_is_meant_has_no_fault()
    {
        const string Whole = """
            {"note":"spring","campaigns":[{"id":"a","channels":["web","third-party"],"slots":["hero","cart/top"],"value":12.5,"urgency":0.2,"from":"2026-01-02T00:00:00Z","until":"2026-02-02T00:00:00+01:00",
             "when":{"regions":["DE","US-CA"],"segments":["vip"],"devices":["phone"]},"caps":[{"count":1,"per":"hour"},{"count":3,"per":"month"}],"content":"spring/1"}],
             "caps":[{"id":"all","channels":["email"],"count":2,"per":"week"}],"quietHours":{"from":"21:00","until":"08:00","zone":"Europe/Berlin","channels":["app"]}}
            """;
        Assert.Null(CampaignCheck.Fault(Set(Whole)));
        Assert.Equal(Set(Whole).Body(), CampaignSet.Read(Set(Whole).Body())!.Body());
    }

    [Fact]
    public void Quiet_hours_are_by_the_clock_of_their_zone_and_last_over_midnight()
    {
        var quiet = Compiled(""","quietHours":{"from":"21:00","until":"08:00","zone":"Europe/Berlin"}""").Quiet!;
        Assert.True(Holds(quiet, "2026-01-05T20:00:00Z"));
        Assert.False(Holds(quiet, "2026-01-05T19:59:59Z"));
        Assert.True(Holds(quiet, "2026-01-06T06:59:59Z"));
        Assert.False(Holds(quiet, "2026-01-06T07:00:00Z"));
        // In summer the clocks there are an hour ahead.
        Assert.True(Holds(quiet, "2026-07-05T19:00:00Z"));
        Assert.False(Holds(quiet, "2026-07-06T06:00:00Z"));
        Assert.False(quiet.Holds(Personalization.Messages.MessageChannel.Web, DateTimeOffset.Parse("2026-01-05T20:00:00Z", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(""), InlineData(" "), InlineData("."), InlineData("../../../etc/passwd"), InlineData("zone.tab"), InlineData("Europe"), InlineData("/etc/localtime"), InlineData("Europe\\u0000Berlin")]
    public void What_is_no_zone_is_refused_whatever_it_is(string zone) =>
        Assert.Equal("quietHours.zone", CampaignCheck.Fault(Set($$"""{"campaigns":[],"quietHours":{"from":"21:00","until":"08:00","zone":"{{zone}}"} }"""))?.Field);

    [Fact]
    public void Where_a_clock_is_set_forward_or_back_quiet_hours_are_what_it_shows()
    {
        var quiet = Compiled(""","quietHours":{"from":"02:15","until":"02:45","zone":"Europe/Berlin"}""").Quiet!;
        // There is no such half hour on the last Sunday of March, and it is there twice on that of October.
        Assert.Equal([false, false], new[] { "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z" }.Select(at => Holds(quiet, at)));
        Assert.Equal([true, true, false], new[] { "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z" }.Select(at => Holds(quiet, at)));
    }

    private static bool Holds(QuietTime quiet, string at) => quiet.Holds(Personalization.Messages.MessageChannel.Email, DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture));
}
