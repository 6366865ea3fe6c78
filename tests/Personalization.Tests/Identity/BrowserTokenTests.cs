using Personalization.Consent;
using Personalization.Tests.Consent;
using Personalization.Tests.Events;

namespace Personalization.Tests.Identity;

/// <summary>The tokens browsers are known by: who is given one, how long it holds, and what a wrong one is.</summary>
public sealed class BrowserTokenTests
{
    /// <summary>Broken frontends send `undefined` as the session as well.</summary>
    [Theory]
    [InlineData("undefined")]
    [InlineData("null")]
    [InlineData("0")]
    public async Task Two_browsers_whose_session_is_a_placeholder_are_two_visitors(string session)
    {
        await using var sending = new Sending();
        var tokens = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            await sending.Send($$"""{"id":"e{{i}}","type":"view","item":"boot","session":"{{session}}","consent":{"personalization":true} }""");
            tokens.Add(sending.Visitor);
            sending.Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.NotEqual(tokens[0], tokens[1]);
    }

    /// <summary>A backend relays several visitors: the one token of the answer would be handed to all of them.</summary>
    [Fact]
    public async Task Of_two_people_in_one_request_nobody_is_given_the_token_of_the_other()
    {
        await using var sending = new Sending();
        await sending.Send("""[{"id":"e1","type":"view","item":"boot","visitor":"anns-cookie","consent":{"personalization":true}},{"id":"e2","type":"view","item":"boot","session":"bobs-session","consent":{"personalization":true}}]""");
        Assert.Null(sending.Visitor);
    }

    [Fact]
    public async Task The_token_of_a_browser_is_renewed_also_while_somebody_is_signed_in_there()
    {
        await using var sending = new Sending();
        await sending.Send("""{"id":"e0","type":"view","item":"boot","consent":{"personalization":true} }""");
        var token = sending.Visitor!;
        var browser = await sending.People.Find(null, token, default);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            for (var day = 0; day < 29; day++)
            {
                sending.Clock.Advance(TimeSpan.FromDays(1));
                await sending.Send($$"""{"id":"e{{epoch}}-{{day}}","type":"view","item":"boot","user":"ann","visitor":"{{token}}","consent":{"personalization":true} }""");
                token = sending.Visitor ?? token;
            }

            await sending.Rotate(TimeSpan.FromDays(1));
        }

        // Ann signs out. Her browser was seen every day.
        Assert.Equal(browser, await sending.People.Find(null, token, default));
    }

    [Fact]
    public async Task A_forged_token_beside_a_user_is_refused_as_well()
    {
        await using var sending = new Sending();
        Assert.Equal("rejected", (await sending.One("""{"id":"e","type":"view","item":"boot","user":"ann","visitor":"pt1.forged","consent":{"personalization":true}}""")).Status);
    }

    /// <summary>A refusal and an event of a browser whose token is over are of one visitor, or the refusal is of nobody.</summary>
    [Fact]
    public async Task A_refusal_with_a_token_that_is_over_counts_for_the_next_event_with_it()
    {
        await using var sending = new Sending();
        await sending.Send("""{"id":"e1","type":"view","item":"boot","consent":{"personalization":true} }""");
        var over = sending.Visitor!;
        await sending.Rotate();
        await sending.Rotate();
        var desk = new ConsentDesk(sending.Ledger, new(sending.Storage.Documents, sending.Clock), sending.People, ConsentPolicyTests.Read(), new(0, TimeSpan.FromDays(396)), sending.Clock, sending.Audit, sending.Exclusions, sending.Storage.Persons(sending.Clock));
        await desk.Put(new() { Visitor = over, Source = "banner", NoticeVersion = "1", Purposes = new() { Personalization = false } }, default, default);
        // Already on its way when the answer with the new token arrives.
        Assert.Equal("dropped", (await sending.One(Sending.View("e2", over))).Status);
    }
}
