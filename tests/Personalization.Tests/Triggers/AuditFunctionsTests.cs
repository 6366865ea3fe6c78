using System.Net;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>The audit log over the wire.</summary>
public sealed class AuditFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_done_is_found_proven_and_exported_and_the_export_verifies()
    {
        await server.Stock(("boot", "footwear"));
        await Consent("v");
        await Consent("w");
        await server.Call(RunningServer.ComplianceKey, "POST", "/vault/passes", """{"visitor":"v","purpose":"personalization"}""", HttpStatusCode.Created);

        var changed = Assert.Single((await Get("/audit/entries?type=consent-changed&visitor=v")).GetProperty("entries").EnumerateArray());
        Assert.Equal("personalization", changed.GetProperty("personal").GetProperty("granted").GetString());
        Assert.All((await Get("/audit/entries?type=consent-changed")).GetProperty("entries").EnumerateArray(), e => Assert.False(e.TryGetProperty("personal", out _)));
        Assert.Equal(0, (await Get("/audit/entries?user=v")).GetProperty("entries").GetArrayLength());
        var index = changed.GetProperty("index").GetInt64();

        var before = await Get("/audit/checkpoint");
        Assert.Equal(before.ToString(), (await Get("/audit/checkpoint")).ToString());
        await Consent("v");
        var after = await Get("/audit/checkpoint");
        Assert.Equal((before.GetProperty("number").GetInt64() + 1, before.ToString()), (after.GetProperty("number").GetInt64(), (await Get("/audit/checkpoint?number=0")).ToString()));
        await Get($"/audit/proof/consistency?from={before.GetProperty("size")}&to={after.GetProperty("size")}");
        var proof = await Get($"/audit/proof/inclusion?index={index}");
        Assert.True(Verification.Run(new StringReader(proof.GetRawText())).Good);
        Assert.Equal(before.GetProperty("root").GetString(), (await Get($"/audit/proof/inclusion?index={index}&size={before.GetProperty("size")}")).GetProperty("root").GetString());
        Assert.Equal(after.GetProperty("key").GetString(), Assert.Single((await Get("/audit/keys")).GetProperty("keys").EnumerateArray()).GetProperty("id").GetString());

        using var response = await server.Caller(RunningServer.ComplianceKey).GetAsync("/audit/export");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        var export = await response.Content.ReadAsStringAsync();
        var check = Verification.Run(new StringReader(export));
        Assert.True(check.Good, check.Says);
        Assert.DoesNotContain("personalization\",\"denied", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_staff_do_is_told_with_function_role_and_outcome_and_what_others_do_is_not()
    {
        await server.Stock(("boot", "footwear"));
        await server.Call(RunningServer.OperatorKey, "PATCH", "/catalog/items", "[]");
        await server.Call(RunningServer.MarketerKey, "PUT", "/catalog/items", "nonsense", HttpStatusCode.BadRequest);
        await server.Call(RunningServer.FrontendKey, "PUT", "/catalog/items", "[]", HttpStatusCode.Forbidden);
        await server.Call(RunningServer.MarketerKey, "GET", "/catalog/items/boot");
        await Consent("v");
        await server.Call(RunningServer.ComplianceKey, "PUT", "/consent", """{"visitor":"v","purposes":{"training":true},"source":"phone","noticeVersion":"1"}""");
        var told = (await Get("/audit/entries?type=staff-action")).GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("open")).ToList();
        Assert.Equal(
            ["UpsertItems marketer 200", "ChangeItems operator 200", "UpsertItems marketer 400", "PutConsent compliance 200"],
            told.Select(o => $"{o.GetProperty("function")} {o.GetProperty("role")} {o.GetProperty("status")}"));
        Assert.All(told, o => Assert.Equal(3, o.EnumerateObject().Count()));
    }

    [Theory]
    [InlineData("proof/inclusion", "index"), InlineData("proof/inclusion?index=-1", "index"), InlineData("proof/inclusion?index=99999", "index"), InlineData("proof/inclusion?index=x", "index")]
    [InlineData("proof/inclusion?index=0&size=99999", "size"), InlineData("proof/inclusion?index=0&size=-5", "size"), InlineData("proof/inclusion?index=0&size=0", "index"), InlineData("proof/inclusion?index=1&size=1", "index")]
    [InlineData("proof/inclusion?index=0&index=1", "index"), InlineData("proof/inclusion?index=0&size=", "size"), InlineData("proof/inclusion?index=99999999999999999999", "index"), InlineData("proof/inclusion?index=1e3", "index")]
    [InlineData("proof/consistency", "from"), InlineData("proof/consistency?from=1", "to"), InlineData("proof/consistency?from=0&to=1", "from"), InlineData("proof/consistency?from=2&to=1", "from")]
    [InlineData("proof/consistency?from=1&to=99999", "to"), InlineData("proof/consistency?from=-1&to=1", "from"), InlineData("proof/consistency?from=1&to= 1", "to")]
    [InlineData("entries?type=gossip", "type"), InlineData("entries?type=", "type"), InlineData("entries?from=yesterday", "from"), InlineData("entries?to=2026-03-14T15:09:26", "to"), InlineData("entries?from=2026-13-14T15:09:26Z", "from")]
    [InlineData("entries?max=0", "max"), InlineData("entries?max=1001", "max"), InlineData("entries?next=-1", "next"), InlineData("entries?next=x", "next"), InlineData("entries?subject=abc", "subject")]
    [InlineData("entries?subject=0123456789abcdef0123456789abcdeg", "subject"), InlineData("entries?subject=0123456789abcdef0123456789abcdef&visitor=v", "subject"), InlineData("entries?visitor=", "visitor")]
    [InlineData("checkpoint?number=x", "number"), InlineData("checkpoint?number=-1", "number")]
    public async Task What_cannot_be_answered_is_refused_with_its_field(string path, string field)
    {
        await Consent("v");
        await Consent("v");
        var problem = await server.Call(RunningServer.ComplianceKey, "GET", $"/audit/{path}", null, HttpStatusCode.BadRequest);
        Assert.Equal(("urn:personalization:problem:invalid-field", field), (problem.GetProperty("type").GetString(), problem.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task An_id_that_is_too_long_is_refused_and_a_checkpoint_there_is_not_is_not_found()
    {
        Assert.Equal("visitor", (await server.Call(RunningServer.ComplianceKey, "GET", $"/audit/entries?visitor={new string('x', 257)}", null, HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        Assert.Equal("urn:personalization:problem:no-such-checkpoint", (await server.Call(RunningServer.ComplianceKey, "GET", "/audit/checkpoint?number=77", null, HttpStatusCode.NotFound)).GetProperty("type").GetString());
        Assert.Equal(0, (await Get("/audit/entries?next=99999")).GetProperty("entries").GetArrayLength());
        Assert.Equal(0, (await Get("/audit/entries?subject=0123456789abcdef0123456789abcdef")).GetProperty("entries").GetArrayLength());
    }

    [Theory]
    [InlineData("checkpoint"), InlineData("entries"), InlineData("keys"), InlineData("export"), InlineData("proof/inclusion?index=0"), InlineData("proof/consistency?from=1&to=1")]
    public async Task Compliance_may_and_nobody_else(string path) => Assert.Equal(["compliance"], await server.AllowedTo("GET", $"/audit/{path}"));

    private Task<JsonElement> Get(string path) => server.Call(RunningServer.ComplianceKey, "GET", path);

    private Task Consent(string visitor) => server.Call(RunningServer.FrontendKey, "PUT", "/consent",
        $$"""{"visitor":"{{visitor}}","purposes":{"personalization":true},"source":"s","noticeVersion":"1"}""");
}
