using System.Net;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Marketers publish rules, go back, and see what was.</summary>
public sealed class RuleFunctionsTests : IAsyncLifetime
{
    private const string Pinned = """{"note":"spring","rules":[{"id":"p","kind":"pin","items":{"ids":["boot"]}}]}""";

    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task What_is_published_is_in_force_and_can_be_read()
    {
        Assert.Equal("""{"version":0,"inForce":true,"broken":false,"rules":[]}""", (await Get("/rules")).GetRawText());
        Assert.Equal("""{"version":1,"rules":1,"conflicts":[]}""", (await Publish(Pinned)).GetRawText());
        var shown = await Get("/rules");
        Assert.Equal((1, true, "spring", "boot"), (Version(shown), shown.GetProperty("inForce").GetBoolean(), shown.GetProperty("note").GetString(), shown.GetProperty("rules")[0].GetProperty("items").GetProperty("ids")[0].GetString()));
        Assert.Equal(("1", 1), (server.Parts.Rules.Now.Version, server.Parts.Rules.Now.Count));
    }

    [Fact]
    public async Task Contradictions_are_told_and_not_refused()
    {
        await server.Stock(("boot", "footwear"));
        var answer = await Publish("""{"rules":[{"id":"p","kind":"pin","items":{"ids":["boot"]}},{"id":"x","kind":"exclude","items":{"categories":["footwear"]}}]}""");
        Assert.Equal("""[{"kind":"pin-exclude","rule":"p","with":"x","item":"boot","position":1}]""", answer.GetProperty("conflicts").GetRawText());
    }

    [Fact]
    public async Task Going_back_leads_to_the_version_before_and_to_any_other()
    {
        for (var i = 1; i <= 3; i++) await Publish($$"""{"note":"n{{i}}","rules":[]}""");
        Assert.Equal(2, Version(await Revert("{}")));
        Assert.Equal(1, Version(await Revert("{}")));
        Assert.EndsWith("no-such-version", Kind(await Revert("{}", HttpStatusCode.NotFound)), StringComparison.Ordinal);
        Assert.Equal(3, Version(await Revert("""{"to":3}""")));
        Assert.Equal("3", server.Parts.Rules.Now.Version);
        var listed = await Get("/rules/versions");
        Assert.Equal([3, 1, 2, 3, 2, 1], listed.GetProperty("moves").EnumerateArray().Select(Version));
        Assert.Equal(["n3", "n2", "n1"], listed.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("note").GetString()));
        Assert.Equal((3, 3), (listed.GetProperty("inForce").GetInt32(), listed.GetProperty("newest").GetInt32()));
        Assert.Equal([1], (await Get("/rules/versions?before=2")).GetProperty("versions").EnumerateArray().Select(Version));
        Assert.Equal(("n2", false), ((await Get("/rules?version=2")).GetProperty("note").GetString(), (await Get("/rules?version=2")).GetProperty("inForce").GetBoolean()));
    }

    [Fact]
    public async Task Every_change_of_what_is_in_force_is_in_the_audit_log_with_its_digest()
    {
        await Publish(Pinned);
        await Publish("""{"rules":[]}""");
        await Revert("{}");
        var found = (await server.Call(RunningServer.ComplianceKey, "GET", $"/audit/entries?type={AuditTypes.RulesPromoted}")).GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("open")).ToList();
        Assert.Equal([("1", "0"), ("2", "1"), ("1", "2")], found.Select(o => (o.GetProperty("version").GetString()!, o.GetProperty("before").GetString()!)));
        Assert.Equal(found[0].GetProperty("sha256").GetString(), found[2].GetProperty("sha256").GetString());
        Assert.Equal(2, found.Select(o => o.GetProperty("sha256").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData("PUT", "/rules", """{"rules":[{"id":"a","kind":"bury","items":{"ids":["x"]}},{"id":"b","kind":"boost","by":1,"items":{"ids":["x"]},"when":{"from":"2026-02-01T00:00:00Z","until":"2026-01-01T00:00:00Z"}}]}""", "invalid-field", "rules[1].when.until")]
    [InlineData("PUT", "/rules", """{"rules":[{"id":"a","kind":"bury","itms":{}}]}""", "unknown-field", "rules[0].itms"), InlineData("PUT", "/rules", """{"rules":[],"more":1}""", "unknown-field", "more"), InlineData("PUT", "/rules", """{"rules":[{"id":"a","kind":"boost","by":"NaN"}]}""", "wrong-type", "rules[0].by")]
    [InlineData("PUT", "/rules", """{"rules":[{"id":"a","kind":"bury","items":{"colour":["red"]}}]}""", "unknown-field", "rules[0].items.colour"), InlineData("PUT", "/rules", """{"rules":[{"id":"a","kind":"bury","when":{"device":["x"]}}]}""", "unknown-field", "rules[0].when.device")]
    [InlineData("PUT", "/rules", "{}", "invalid-field", "rules"), InlineData("PUT", "/rules", "null", "invalid-field", ""), InlineData("PUT", "/rules", """{"rules":{}}""", "wrong-type", "rules"), InlineData("PUT", "/rules", """{"rules":[null]}""", "invalid-field", "rules[0]")]
    [InlineData("POST", "/rules/revert", """{"to":0}""", "invalid-field", "to"), InlineData("POST", "/rules/revert", """{"too":1}""", "unknown-field", "too"), InlineData("GET", "/rules?version=x", null, "invalid-field", "version"), InlineData("GET", "/rules?version=0", null, "invalid-field", "version"), InlineData("GET", "/rules/versions?before=-1", null, "invalid-field", "before")]
    public async Task What_is_wrong_is_said_with_its_place(string method, string path, string? body, string kind, string field)
    {
        var problem = await server.Call(RunningServer.MarketerKey, method, path, body, HttpStatusCode.BadRequest);
        Assert.Equal(($"urn:personalization:problem:{kind}", field), (Kind(problem), problem.GetProperty("field").GetString()));
        Assert.Equal(0, Version(await Get("/rules")));
    }

    [Fact]
    public async Task Too_many_rules_are_refused_with_the_limit()
    {
        var problem = await server.Call(RunningServer.MarketerKey, "PUT", "/rules", $$"""{"rules":[{{string.Join(',', Enumerable.Repeat("{}", 501))}}]}""", HttpStatusCode.BadRequest);
        Assert.Equal(("urn:personalization:problem:too-many-items", "500"), (Kind(problem), problem.GetProperty("limit").GetString()));
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_said_to_be_so()
    {
        await Publish(Pinned);
        Assert.EndsWith("no-such-version", Kind(await server.Call(RunningServer.MarketerKey, "GET", "/rules?version=9", null, HttpStatusCode.NotFound)), StringComparison.Ordinal);
        Assert.EndsWith("no-such-version", Kind(await Revert("""{"to":9}""", HttpStatusCode.NotFound)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marketers_publish_and_all_staff_read()
    {
        string[] staff = ["marketer", "compliance", "operator"];
        Assert.Equal(["marketer"], await server.AllowedTo("PUT", "/rules", """{"rules":[]}"""));
        Assert.Equal(["marketer"], await server.AllowedTo("POST", "/rules/revert", """{"to":1}"""));
        Assert.Equal(staff, await server.AllowedTo("GET", "/rules"));
        Assert.Equal(staff, await server.AllowedTo("GET", "/rules/versions"));
    }

    private Task<JsonElement> Get(string path) => server.Call(RunningServer.MarketerKey, "GET", path);

    private Task<JsonElement> Publish(string body) => server.Call(RunningServer.MarketerKey, "PUT", "/rules", body);

    private Task<JsonElement> Revert(string body, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.MarketerKey, "POST", "/rules/revert", body, expected);

    private static int Version(JsonElement answer) => answer.GetProperty("version").GetInt32();

    private static string Kind(JsonElement problem) => problem.GetProperty("type").GetString()!;
}
