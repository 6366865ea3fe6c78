using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;
using Personalization.Tests.Consent;
using Personalization.Tests.Events;
using Personalization.Tests.Hosting;
using Personalization.Tests.Triggers;

namespace Personalization.Tests.Identity;

/// <summary>What somebody said holds in whatever way they come, and nobody is taken for anybody else.</summary>
public sealed class WhoIsWhoTests : IAsyncDisposable
{
    private const string InTheUs = ""","context":{"region":"US"} """;
    private readonly Sending sending = new();
    private int events;

    private ConsentDesk Desk => new(sending.Ledger, new(sending.Storage.Documents, sending.Clock), sending.People, ConsentPolicyTests.Read(), new(0, TimeSpan.FromDays(396)), sending.Clock, sending.Audit, sending.Exclusions);

    /// <summary>Nothing of theirs is ever accepted, and they are carried over all the same: as a stranger the opt-out default would hold for them.</summary>
    [Fact]
    public async Task A_refusal_of_somebody_who_comes_every_day_outlives_the_salt()
    {
        await Desk.Put(new() { User = "ann", Source = "banner", NoticeVersion = "1", Region = "US", Purposes = new() { Personalization = false } }, default, default);
        for (var day = 0; day < 100; day++)
        {
            var result = await Seen($"\"user\":\"ann\"{InTheUs}");
            Assert.True(result.Status == "dropped", $"day {day}: {result}");
            if (day % 30 == 29) await sending.Rotate(TimeSpan.FromDays(1));
            else sending.Clock.Advance(TimeSpan.FromDays(1));
        }
    }

    /// <summary>One member's no is a no.</summary>
    [Fact]
    public async Task Signing_in_does_not_undo_what_was_refused_in_that_browser()
    {
        await Seen($"\"visitor\":\"laptop\"{InTheUs}");
        await Desk.Put(new() { Visitor = "laptop", Source = "banner", NoticeVersion = "1", Region = "US", Purposes = new() { Personalization = false } }, default, default);
        Assert.Equal("dropped", (await Seen($"\"visitor\":\"laptop\"{InTheUs}")).Status);
        await Seen($"\"user\":\"ann\",\"visitor\":\"laptop\"{InTheUs}");
        Assert.Equal("dropped", (await Seen($"\"user\":\"ann\",\"visitor\":\"laptop\"{InTheUs}")).Status);
    }

    /// <summary>A second identifier of a kind of which people have one is a case, and two accounts are never one subject.</summary>
    [Fact]
    public async Task A_new_user_linked_to_another_user_is_a_case_and_not_the_same_subject()
    {
        var outcome = await sending.SignIns.Link(Id(Namespaces.User, "ann"), Id(Namespaces.User, "bob"), 0, default);
        Assert.NotEqual(sending.People.Of("ann", null), sending.People.Of("bob", null));
        Assert.Equal(LinkStatus.Held, outcome.Status);
    }

    /// <summary>Or its owner's behaviour would go to whoever claimed it first.</summary>
    [Fact]
    public async Task A_browser_nobody_signed_in_with_cannot_take_a_new_account()
    {
        await sending.SignIns.Link(Id(Namespaces.Visitor, "attacker"), Id(Namespaces.User, "bob"), 0, default);
        Assert.NotEqual(sending.People.Of(null, "attacker"), sending.People.Of("bob", null));
    }

    /// <summary>Ann used a tablet once and never came back; the tablet is still in use when Bob signs in.</summary>
    [Fact]
    public async Task Who_signs_in_with_a_browser_of_somebody_forgotten_is_not_joined_with_them()
    {
        await Seen("\"visitor\":\"tablet\"");
        await Seen("\"user\":\"ann\",\"visitor\":\"tablet\"");
        var ann = sending.People.Of("ann", null);
        for (var i = 0; i < 10; i++)
        {
            await Seen("\"visitor\":\"tablet\"");
            if (i % 4 == 3) await sending.Rotate(TimeSpan.FromDays(30));
            else sending.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await sending.Rotate(TimeSpan.FromDays(30));
        await Seen("\"visitor\":\"tablet\"");
        await Seen("\"user\":\"bob\",\"visitor\":\"tablet\"");
        var bob = sending.People.Of("bob", null);
        var graph = await new Linker(new(sending.Storage.Documents, sending.Clock), Meeting.Rules).Graph([bob], default);
        Assert.DoesNotContain(ann, graph.ClusterOf(bob).Members);
    }

    /// <summary>Consent__EvaluationSample says all; one request of a thousand events holds up to four thousand decisions.</summary>
    [Fact]
    public async Task Where_all_evaluations_are_to_be_told_those_of_one_request_are()
    {
        using var meter = new System.Diagnostics.Metrics.Meter("y");
        var evaluations = new PolicyEvaluations(sending.Audit, ConsentPolicyTests.Read(), 1, sending.Clock, meter);
        for (var i = 0; i < 3000; i++) evaluations.Note(new(EvaluationOutcome.Allowed, SignalClass.Interaction, Purposes.All, Region.Unknown));
        await evaluations.Flush(default);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        await evaluations.Flush(default);
        Assert.Equal(3000, (await InMemory.Entries(sending.Audit)).Count);
    }

    /// <summary>Carrying an alias over keeps when it was first seen, by which what was said since is proved.</summary>
    [Fact]
    public async Task An_authenticated_grant_counts_as_long_as_whoever_gave_it_is_known()
    {
        await Seen("\"visitor\":\"laptop\"");
        await Desk.Put(new() { Visitor = "laptop", Source = "banner", NoticeVersion = "1", Purposes = new() { Personalization = false } }, default, default);
        await Seen("\"user\":\"ann\",\"visitor\":\"laptop\"");
        sending.Clock.Advance(TimeSpan.FromHours(1));
        await Desk.Put(new() { User = "ann", Source = "account", NoticeVersion = "1", Purposes = new() { Personalization = true } }, default, default);
        await Seen("\"user\":\"ann\",\"visitor\":\"laptop\"");
        using var meter = new System.Diagnostics.Metrics.Meter("z");
        var desk = new Personalization.Identity.Explaining.IdentityDesk(sending.Storage.Documents, new(sending.Storage.Documents, sending.Clock), Meeting.Rules, sending.Ledger, new(sending.Storage.Documents, sending.Ledger, new(sending.Storage.Documents, _ => true, sending.Clock, meter)), ConsentPolicyTests.Read(), sending.Catalogue, sending.Audit, sending.Clock);
        var ann = sending.People.Of("ann", null);
        var before = (await desk.Explain(ann, default))!;
        Assert.Equal((2, "personalization"), (before.Members.Count, string.Join(' ', before.Consent.AllowedForThePerson)));
        for (var day = 1; day < 70; day++)
        {
            Assert.Equal("accepted", (await Seen("\"user\":\"ann\",\"visitor\":\"laptop\"")).Status);
            if (day % 30 == 0) await sending.Rotate(TimeSpan.FromDays(1));
            else sending.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(ann, sending.People.Of("ann", null));
        Assert.Equal("personalization", string.Join(' ', (await desk.Explain(ann, default))!.Consent.AllowedForThePerson));
    }

    /// <summary>The events are in the stream; a 500 would make the sender send them again.</summary>
    [Fact]
    public async Task A_damaged_book_does_not_fail_events_that_are_taken()
    {
        await Seen("\"visitor\":\"laptop\"");
        await Seen("\"user\":\"ann\"");
        var browser = sending.People.Of(null, "laptop");
        Assert.True((await sending.Storage.Documents.Put(IdentityLog.Store, browser.ToString(), IdentityLog.MergesBook, "damaged"u8.ToArray(), Condition.None, null, default)).Ok);
        Assert.Equal("accepted", (await Seen("\"user\":\"ann\",\"visitor\":\"laptop\"")).Status);
    }

    /// <summary>An instance's clock was ahead for a moment, and it rotated.</summary>
    [Fact]
    public async Task An_emergency_rotation_is_possible_after_a_clock_jumped()
    {
        var clock = new SetClock(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
        await using var storage = InMemory.Storage(clock);
        var salts = Meeting.Salts(storage.Documents, clock);
        clock.Now = new(2027, 1, 5, 9, 0, 0, TimeSpan.Zero);
        Assert.True(await salts.RotateWhenDue(default));
        clock.Now = new(2026, 1, 6, 9, 0, 0, TimeSpan.Zero);
        Assert.Equal(Rotation.Done, await salts.RotateNow(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_token_that_is_over_among_identities_is_no_error_of_ours()
    {
        await using var server = await RunningServer.WithKeys();
        var answer = await server.Call(RunningServer.FrontendKey, "POST", "/events", """[{"id":"e","type":"view","item":"boot","consent":{"personalization":true}}]""", HttpStatusCode.Accepted);
        var token = answer.GetProperty("visitor").GetString();
        await server.Call(RunningServer.OperatorKey, "POST", "/identity/rotations", """{"overlapHours":0}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/identity/links") { Content = new StringContent(JsonSerializer.Serialize(new { user = "ann", identities = new[] { new { @namespace = "visitor", value = token } } }), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", RunningServer.FrontendKey);
        using var response = await server.Http.SendAsync(request);
        Assert.True((int)response.StatusCode < 500, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Records print their members.</summary>
    [Fact]
    public void No_request_and_no_key_prints_what_must_not_reach_a_log()
    {
        const string Raw = "ann@shop.com";
        Assert.DoesNotContain(Raw, new ConsentRequest { User = Raw }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("1234567", new KeyedHash(1234567, 1).ToString(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => sending.DisposeAsync();

    private static Identifier Id(Namespace space, string text) => new(space, Encoding.UTF8.GetBytes(text));

    private Task<Result> Seen(string who) => sending.One($$"""{"id":"e{{++events}}","type":"view","item":"boot",{{who}}{{(who.Contains("US", StringComparison.Ordinal) ? "" : ""","consent":{"personalization":true} """)}} }""");
}
