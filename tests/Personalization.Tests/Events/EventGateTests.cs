using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Events;

public sealed class EventGateTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"sensitive":true,"training":true}""")]
    [InlineData("""{"personalization":false}""")]
    public async Task Without_a_yes_it_is_dropped(string consent)
    {
        await using var sending = new Sending();
        var result = await sending.One(Sending.View("e", consent: consent));
        Assert.Equal(("dropped", "no-consent:personalization"), (result.Status, result.Reason));
        Assert.Empty(sending.Streamed());
    }

    [Fact]
    public async Task Where_silence_is_a_yes_it_is_taken_until_somebody_says_no()
    {
        await using var sending = new Sending();
        Assert.Equal("accepted", (await sending.One(Sending.View("a", consent: "{}", more: ""","context":{"region":"US-CA"}"""))).Status);
        Assert.Equal("dropped", (await sending.One(Sending.View("b", consent: """{"personalization":false}""", more: ""","context":{"region":"US-CA"}"""))).Status);
    }

    [Fact]
    public async Task A_purchase_needs_the_consent_for_sensitive_history_too()
    {
        await using var sending = new Sending();
        string Purchase(string id, string consent) => Sending.View(id, consent: consent).Replace("\"view\"", "\"purchase\"", StringComparison.Ordinal);
        Assert.Equal("no-consent:sensitive", (await sending.One(Purchase("a", """{"personalization":true}"""))).Reason);
        Assert.Equal("accepted", (await sending.One(Purchase("b", """{"personalization":true,"sensitive":true}"""))).Status);
    }

    [Fact]
    public async Task A_search_without_it_keeps_that_somebody_searched_and_not_what_for()
    {
        await using var sending = new Sending();
        await sending.Catalogue.Upsert([new() { Id = "boot", Category = "boots" }], default);
        var result = await sending.One("""{"id":"e","type":"search","visitor":"v","query":"boots","consent":{"personalization":true}}""");
        Assert.Equal(("accepted", "stripped:search"), (result.Status, result.Reason));
        Assert.Equal(0, Assert.Single(sending.Streamed()).Terms.Length);
    }

    [Fact]
    public async Task Where_somebody_is_goes_no_further_without_the_consent_for_it()
    {
        await using var sending = new Sending();
        var result = await sending.One(Sending.View("e", more: ""","context":{"region":"DE"}"""));
        Assert.Equal("stripped:location", result.Reason);
        Assert.Equal(Region.Unknown, Assert.Single(sending.Streamed()).Region);
    }

    [Fact]
    public async Task What_comes_through_a_third_party_needs_the_consent_for_that()
    {
        await using var sending = new Sending();
        const string Channel = ""","context":{"channel":"third-party"}""";
        Assert.Equal("no-consent:thirdParty", (await sending.One(Sending.View("a", more: Channel))).Reason);
        const string Both = """{"personalization":true,"thirdParty":true}""";
        Assert.Equal("accepted", (await sending.One(Sending.View("b", consent: Both, more: Channel))).Status);
        Assert.Equal("no-consent:thirdParty", (await sending.One(Sending.View("c", consent: Both, more: Channel), consent: Gpc.Withdrawn)).Reason);
    }

    [Fact]
    public async Task A_no_of_a_framework_outweighs_a_yes_of_the_event()
    {
        await using var sending = new Sending();
        var result = await sending.One(Sending.View("e", consent: """{"personalization":true,"tcf":"not a string of theirs"}"""));
        Assert.Equal("no-consent:personalization", result.Reason);
    }

    [Fact]
    public async Task A_stored_refusal_outweighs_a_yes_of_the_event_and_a_stored_yes_needs_none()
    {
        await using var sending = new Sending();
        var profiles = new ProfileConsent(sending.Storage.Documents, sending.Clock);
        await profiles.Write(sending.People.Of(null, "no"), new(Vote.No(Purposes.Personalization), 1, sending.Clock.GetUtcNow()), Purposes.None, default);
        await profiles.Write(sending.People.Of(null, "yes"), new(Vote.Yes(Purposes.Personalization), 1, sending.Clock.GetUtcNow()), Purposes.Personalization, default);
        Assert.Equal("dropped", (await sending.One(Sending.View("a", visitor: "no"))).Status);
        Assert.Equal("accepted", (await sending.One(Sending.View("b", visitor: "yes", consent: "{}"))).Status);
        Assert.Equal("dropped", (await sending.One(Sending.View("c", visitor: "yes", consent: """{"personalization":false}"""))).Status);
    }

    [Fact]
    public async Task A_refusal_whose_profile_has_expired_is_still_in_the_ledger()
    {
        await using var sending = new Sending();
        var subject = sending.People.Of(null, "no");
        await sending.Ledger.Append(subject, 0, new(sending.Clock.GetUtcNow(), "web", "n1", 1, null, [], ["personalization"], [], []), default);
        Assert.Equal("no-consent:personalization", (await sending.One(Sending.View("e", visitor: "no"))).Reason);
    }

    [Fact]
    public async Task Time_has_bounds_on_both_sides()
    {
        await using var sending = new Sending();
        var now = sending.Clock.GetUtcNow();
        Assert.Equal("accepted", (await At("a", now.AddMinutes(5))).Status);
        Assert.Equal(("rejected", "time"), ((await At("b", now.AddMinutes(5).AddMilliseconds(1))).Status, (await At("b", now.AddMinutes(5).AddMilliseconds(1))).Field));
        Assert.Equal("accepted", (await At("c", now.AddDays(-7))).Status);
        Assert.Equal(("dropped", "too-late"), ((await At("d", now.AddDays(-7).AddMilliseconds(-1))).Status, (await At("d", now.AddDays(-7).AddMilliseconds(-1))).Reason));
        Task<Result> At(string id, DateTimeOffset time) => sending.One(Sending.View(id, more: $",\"time\":\"{time:O}\""));
    }

    [Fact]
    public async Task What_is_published_says_under_which_consent_and_policy_it_was_taken()
    {
        await using var sending = new Sending();
        await sending.One(Sending.View("e", consent: """{"personalization":true,"training":true}"""));
        var e = Assert.Single(sending.Streamed());
        Assert.Equal((Purposes.Personalization | Purposes.Training, (ushort)1), (e.Granted, e.Policy));
    }
}
