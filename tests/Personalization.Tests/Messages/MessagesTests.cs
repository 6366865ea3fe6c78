using Personalization.Tests.Privacy.Requests;
using static Personalization.Tests.Messages.Campaigning;
using static Personalization.Tests.Messages.MessageCalls;

namespace Personalization.Tests.Messages;

/// <summary>Messages over the whole application.</summary>
public sealed class MessagesTests
{
    [Fact]
    public async Task The_message_worth_most_is_said_with_its_factors_and_the_others_with_what_held_them_back()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("spring", 2.5, Capped + ""","content":"spring/1" """), Campaign("small"), Campaign("vip", 9, ""","when":{"segments":["vip"]}"""));
        await world.Allow("u");
        var answer = await world.Decide("u", slots: "\"hero\"");
        var message = answer.GetProperty("slots")[0].GetProperty("message");
        Assert.Equal(("spring", "spring/1", 2.5), (message.GetProperty("campaign").GetString(), message.GetProperty("content").GetString(), message.GetProperty("score").GetDouble()));
        Assert.Equal(["value:2.5", "urgency:1", "consent:marketing"], message.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal(world.Clock.GetUtcNow().AddMinutes(10), message.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal("vip=no-consent:personalization small=outbid", Suppressed(answer));
        Assert.Equal(("""{"used":["marketing"],"withheld":["personalization"]}""", "macro", false, "1"), (
            answer.GetProperty("consent").GetRawText(), answer.GetProperty("tier").GetString(), answer.GetProperty("degraded").GetBoolean(), answer.GetProperty("versions").GetProperty("campaigns").GetString()));
    }

    [Fact]
    public async Task Whoever_said_nothing_is_told_only_what_they_asked_for_unless_their_law_lets_them_object()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("spring", 2, Capped), Campaign("order", 1, ""","transactional":true"""));
        var european = await world.Decide("stranger", more: ""","context":{"region":"DE"}""");
        Assert.Equal("order", european.GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
        Assert.Equal(("spring=no-consent:marketing", "unknown-person"), (Suppressed(european), european.GetProperty("fallbackReason").GetString()));
        Assert.DoesNotContain(await world.Documents(), d => d.Store is "caps" or "aliases");
        for (var i = 0; i < 3; i++) Assert.NotNull(Reserved(await world.Decide("american", more: ""","context":{"region":"US"}""")));
        Assert.Equal("spring=cap:spring", Suppressed(await world.Decide("american", more: ""","context":{"region":"US"}""")));
    }

    [Fact]
    public async Task Caps_hold_over_all_channels_and_begin_anew_with_their_window()
    {
        await using var world = await PrivacyWorld.Open();
        await world.PublishSet(All(""","caps":[{"id":"all","count":2,"per":"day"}]""", Campaign("a", 2), Campaign("b", 1)));
        await world.Allow("u");
        await world.Confirm((await world.Shown("u", "web"))!);
        await world.Confirm((await world.Shown("u", "email"))!);
        Assert.Equal("a=cap:all b=cap:all", Suppressed(await world.Decide("u", "app")));
        world.Clock.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await world.Shown("u", "app"));
    }

    [Fact]
    public async Task A_reservation_counts_until_it_lapses_and_a_confirmed_showing_for_the_window()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, Capped));
        await world.Allow("u");
        var (one, two, three) = ((await world.Shown("u"))!, (await world.Shown("u"))!, (await world.Shown("u"))!);
        Assert.Null(await world.Shown("u"));
        for (var i = 0; i < 2; i++) Assert.Equal("confirmed", (await world.Confirm(one)).GetProperty("status").GetString());
        for (var i = 0; i < 2; i++) Assert.Equal("released", (await world.Release(two)).GetProperty("status").GetString());
        await world.Release(one, 409);
        await world.Confirm(two, 409);
        Assert.NotNull(await world.Shown("u"));
        Assert.Null(await world.Shown("u"));
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.Confirm(three, 409);
        await world.Confirm(one);
        Assert.NotNull(await world.Shown("u"));
        Assert.NotNull(await world.Shown("u"));
        Assert.Null(await world.Shown("u"));
    }

    [Fact]
    public async Task A_window_that_just_ended_is_not_begun_anew_by_asking_for_a_moment_ago()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, ""","caps":[{"count":1,"per":"hour"}]"""));
        await world.Allow("u");
        world.Clock.Advance(TimeSpan.FromMinutes(59.9));
        await world.Confirm((await world.Shown("u"))!);
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.Confirm((await world.Shown("u"))!);
        const string MomentAgo = ""","at":"2026-01-05T09:59:50Z" """;
        Assert.Equal("a=cap:a", Suppressed(await world.Decide("u", more: MomentAgo)));
    }

    [Fact]
    public async Task What_is_decided_ahead_is_reserved_until_it_was_shown()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a", 1, ""","caps":[{"count":1,"per":"day"}]"""));
        await world.Allow("u");
        const string Tomorrow = ""","at":"2026-01-06T09:00:00Z" """;
        var reservation = Reserved(await world.Decide("u", "email", more: Tomorrow))!;
        world.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal("a=cap:a", Suppressed(await world.Decide("u", "email", more: Tomorrow)));
        world.Clock.Advance(TimeSpan.FromMinutes(65));
        await world.Confirm(reservation);
        Assert.Null(await world.Shown("u"));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.0")]
    [InlineData("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.999")]
    public async Task A_reservation_nobody_made_is_unknown_and_nothing_is_written(string id)
    {
        await using var world = await PrivacyWorld.Open();
        Assert.EndsWith("no-such-reservation", (await world.Confirm(id, 404)).GetProperty("type").GetString(), StringComparison.Ordinal);
        await world.Release(id, 404);
        Assert.DoesNotContain(await world.Documents(), d => d.Store == "caps");
    }

    [Fact]
    public async Task Quiet_hours_hold_where_it_will_be_shown_and_not_for_what_was_asked_for()
    {
        await using var world = await PrivacyWorld.Open();
        await world.PublishSet(All(""","quietHours":{"from":"21:00","until":"08:00"}""", Campaign("a", 2), Campaign("order", 1, ""","transactional":true""")));
        await world.Allow("u");
        Assert.Equal("order=outbid", Suppressed(await world.Decide("u", "email")));
        Assert.Equal("a=quiet-hours", Suppressed(await world.Decide("u", "email", more: ""","at":"2026-01-05T22:00:00Z" """)));
        Assert.Equal("order=outbid", Suppressed(await world.Decide("u", "web", more: ""","at":"2026-01-05T22:00:00Z" """)));
    }

    [Theory]
    [InlineData("""{"channel":"web","slots":["a"]}""", "visitor")]
    [InlineData("""{"user":"u","channel":"sms","slots":["a"]}""", "channel")]
    [InlineData("""{"user":"u","channel":"web","slots":[]}""", "slots")]
    [InlineData("""{"user":"u","channel":"web","slots":["a","a"]}""", "slots[1]")]
    [InlineData("""{"user":"u","channel":"web","slots":["someone@example.org"]}""", "slots[0]")]
    [InlineData("""{"user":"u","channel":"web","slots":["a"],"context":{"region":"Europe"}}""", "context.region")]
    [InlineData("""{"user":"u","channel":"web","slots":["a"],"at":"2026-01-05T08:00:00Z"}""", "at")]
    [InlineData("""{"user":"u","channel":"web","slots":["a"],"at":"2026-02-05T08:00:00Z"}""", "at")]
    [InlineData("""{"user":"u","channel":"web","slots":["a"],"colour":"red"}""", "colour")]
    public async Task What_cannot_be_meant_is_refused_by_its_place(string body, string field)
    {
        await using var world = await PrivacyWorld.Open();
        Assert.Equal(field, (await world.Call("POST", "decisions/messages", body, 400)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Campaigns_are_published_shown_and_gone_back_from()
    {
        await using var world = await PrivacyWorld.Open();
        await world.Publish(Campaign("a"));
        await world.Publish(Campaign("b"));
        Assert.Equal("b", (await world.Call("GET", "campaigns", null, 200)).GetProperty("campaigns")[0].GetProperty("id").GetString());
        Assert.Equal(1, (await world.Call("POST", "campaigns/revert", "{}", 200)).GetProperty("version").GetInt32());
        await world.Call("POST", "campaigns/revert", "{}", 404);
        Assert.Equal((1, 2), (await world.Call("GET", "campaigns/versions", null, 200) is var v ? (v.GetProperty("inForce").GetInt32(), v.GetProperty("newest").GetInt32()) : default));
        Assert.Equal("campaigns[0].value", (await world.Call("PUT", "campaigns", """{"campaigns":[{"id":"a","value":-1,"urgency":1}]}""", 400)).GetProperty("field").GetString());
        await world.Allow("u");
        Assert.Equal("a", (await world.Decide("u")).GetProperty("slots")[0].GetProperty("message").GetProperty("campaign").GetString());
    }
}
