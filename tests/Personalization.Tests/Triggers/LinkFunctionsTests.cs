using System.Net;
using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Recognizing, linking and forgetting, over the wire.</summary>
public sealed class LinkFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task An_identifier_leads_to_the_subject_and_that_to_its_explanation_without_showing_anything()
    {
        await server.Call(RunningServer.FrontendKey, "POST", "/events", """{"id":"e","type":"view","user":"PLANTED-ann","visitor":"PLANTED-laptop","item":"boot","consent":{"personalization":true}}""", HttpStatusCode.Accepted);
        await Allow("PLANTED-ann");
        var linked = await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", """{"user":"PLANTED-ann","identities":[{"namespace":"email","value":"Planted@Shop.com"},{"namespace":"device","value":"PLANTED-tv"}]}""");
        Assert.Equal(["email linked", "device linked"], linked.GetProperty("links").EnumerateArray().Select(l => $"{l.GetProperty("namespace").GetString()} {l.GetProperty("status").GetString()}"));
        var subject = (await Find("email", "planted@shop.com")).GetProperty("subject").GetString();
        Assert.Equal(subject, (await Find("visitor", "PLANTED-laptop")).GetProperty("subject").GetString());
        var told = await server.Call(RunningServer.ComplianceKey, "GET", $"/identity/{subject}", null);
        Assert.Equal(["device", "email", "user", "visitor"], told.GetProperty("links").EnumerateArray().Select(l => l.GetProperty("namespace").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(told.GetProperty("links").EnumerateArray(), l => Assert.True(l.TryGetProperty("authenticatedAt", out _)));
        Assert.Equal(["epoch-1"], told.GetProperty("epochs").EnumerateArray().Select(e => e.GetString()!));
        Assert.DoesNotContain("planted", told.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Two_who_sign_in_with_one_browser_become_a_case_that_is_listed_and_told_to_the_audit_log()
    {
        foreach (var (id, user) in new[] { ("e1", "ann"), ("e2", "bob") })
            await server.Call(RunningServer.FrontendKey, "POST", "/events", $$$"""{"id":"{{{id}}}","type":"view","user":"{{{user}}}","visitor":"tablet","item":"boot","consent":{"personalization":true}}""", HttpStatusCode.Accepted);
        var held = Assert.Single((await server.Call(RunningServer.ComplianceKey, "GET", "/identity/quarantine", null)).GetProperty("cases").EnumerateArray());
        Assert.Equal("uniqueConflict", held.GetProperty("why").GetString());
        Assert.Equal(2, (await server.Call(RunningServer.ComplianceKey, "GET", "/audit/entries?type=quarantined", null)).GetProperty("entries").GetArrayLength());
        await Allow("bob");
        var again = await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", """{"user":"bob","identities":[{"namespace":"visitor","value":"tablet"}]}""");
        Assert.Equal(("held", held.GetProperty("case").GetString()), (again.GetProperty("links")[0].GetProperty("status").GetString(), again.GetProperty("links")[0].GetProperty("case").GetString()));
        Assert.Equal(2, (await server.Call(RunningServer.ComplianceKey, "GET", "/audit/entries?type=quarantined", null)).GetProperty("entries").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"identities":[{"namespace":"email","value":"a@x.com"}]}""", "visitor")]
    [InlineData("""{"user":"u"}""", "identities"), InlineData("""{"user":"u","identities":[]}""", "identities"), InlineData("""{"user":"u","identities":[null]}""", "identities[0].namespace")]
    [InlineData("""{"user":"u","identities":[{"namespace":"user","value":"other"}]}""", "identities[0].namespace"), InlineData("""{"visitor":"v","identities":[{"namespace":"email","value":"a@x.com"}]}""", "identities[0].namespace")]
    [InlineData("""{"user":"u","identities":[{"namespace":"passport","value":"1"}]}""", "identities[0].namespace"), InlineData("""{"user":"u","identities":[{"namespace":"token","value":"1"}]}""", "identities[0].namespace")]
    [InlineData("""{"user":"u","identities":[{"namespace":"email","value":"a@x.com"},{"namespace":"phone","value":"12"}]}""", "identities[1].value"), InlineData("""{"user":"u","identities":[{"namespace":"email"}]}""", "identities[0].value")]
    [InlineData("""{"user":"null","identities":[{"namespace":"email","value":"a@x.com"}]}""", "user"), InlineData("""{"user":"u\u0000","identities":[]}""", "user"), InlineData("""{"visitor":"pt1.forged","identities":[]}""", "visitor")]
    [InlineData("""{"user":"u","identities":[{"namespace":"visitor","value":"pt1.forged"}]}""", "identities[0].value"), InlineData("""{"user":"u","identities":[{"namespace":"email","value":"a@x.com","verified":true}]}""", "identities[0].verified")]
    public async Task What_cannot_be_linked_is_refused_with_its_field(string body, string field) =>
        Assert.Equal(field, (await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task Nobody_is_found_who_was_never_met_and_asking_enters_nobody()
    {
        for (var i = 0; i < 2; i++)
            Assert.Equal("urn:personalization:problem:no-such-person", (await server.Call(RunningServer.ComplianceKey, "POST", "/identity/subjects", """{"namespace":"user","value":"nobody"}""", HttpStatusCode.NotFound)).GetProperty("type").GetString());
        await server.Call(RunningServer.FrontendKey, "GET", "/consent?user=nobody", null);
        await server.Call(RunningServer.FrontendKey, "POST", "/decisions/recommendations", """{"user":"nobody"}""");
        await server.Call(RunningServer.ComplianceKey, "POST", "/identity/subjects", """{"namespace":"user","value":"nobody"}""", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_decides_without_a_name_is_given_one_and_known_by_it()
    {
        var answer = await server.Call(RunningServer.FrontendKey, "PUT", "/consent", """{"source":"banner","noticeVersion":"1","purposes":{"personalization":true}}""");
        var token = answer.GetProperty("visitor").GetString();
        Assert.True((await server.Call(RunningServer.FrontendKey, "GET", $"/consent?visitor={token}", null)).GetProperty("purposes").GetProperty("personalization").GetProperty("granted").GetBoolean());
        var taken = await server.Call(RunningServer.FrontendKey, "POST", "/events", $$"""{"id":"e","type":"view","visitor":"{{token}}","item":"boot"}""", HttpStatusCode.Accepted);
        Assert.Equal("accepted", taken.GetProperty("results")[0].GetProperty("status").GetString());
        Assert.False(taken.TryGetProperty("visitor", out _));
    }

    [Fact]
    public async Task An_operator_rotates_once_and_is_asked_to_wait_before_the_next()
    {
        Assert.Equal(1, (await server.Call(RunningServer.OperatorKey, "GET", "/identity/epochs", null)).GetProperty("epochs").GetArrayLength());
        var rotated = await server.Call(RunningServer.OperatorKey, "POST", "/identity/rotations", """{"overlapHours":24}""");
        Assert.Equal([1, 2], rotated.GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("number").GetInt32()));
        Assert.Equal(24, (rotated.GetProperty("epochs")[0].GetProperty("ends").GetDateTimeOffset() - rotated.GetProperty("epochs")[1].GetProperty("since").GetDateTimeOffset()).TotalHours, 1);
        Assert.Equal("urn:personalization:problem:just-rotated", (await server.Call(RunningServer.OperatorKey, "POST", "/identity/rotations", "{}", HttpStatusCode.Conflict)).GetProperty("type").GetString());
        foreach (var hours in new[] { -1, 2161 })
            Assert.Equal("overlapHours", (await server.Call(RunningServer.OperatorKey, "POST", "/identity/rotations", $$"""{"overlapHours":{{hours}}}""", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        await server.Call(RunningServer.ComplianceKey, "POST", "/identity/rotations", "{}", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Of_whoever_did_not_allow_it_no_further_identifier_is_entered()
    {
        const string Ask = """{"user":"ann","identities":[{"namespace":"email","value":"ann@shop.com"}]}""";
        Assert.Equal("urn:personalization:problem:no-consent", (await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", Ask, HttpStatusCode.Forbidden)).GetProperty("type").GetString());
        await server.Call(RunningServer.FrontendKey, "PUT", "/consent", """{"user":"ann","source":"s","noticeVersion":"1","purposes":{"personalization":false}}""");
        await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", Ask, HttpStatusCode.Forbidden);
        await server.Call(RunningServer.ComplianceKey, "POST", "/identity/subjects", """{"namespace":"email","value":"ann@shop.com"}""", HttpStatusCode.NotFound);
        await Allow("ann");
        await server.Call(RunningServer.FrontendKey, "POST", "/identity/links", Ask);
        await Find("email", "ann@shop.com");
    }

    private Task<JsonElement> Allow(string user) =>
        server.Call(RunningServer.FrontendKey, "PUT", "/consent", JsonSerializer.Serialize(new { user, source = "s", noticeVersion = "1", purposes = new { personalization = true } }));

    private Task<JsonElement> Find(string space, string value) =>
        server.Call(RunningServer.ComplianceKey, "POST", "/identity/subjects", JsonSerializer.Serialize(new { @namespace = space, value }));
}
