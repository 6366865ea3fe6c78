using System.Net;
using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Merges, their undoing and answers to cases, over the wire.</summary>
public sealed class MergeFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_merge_is_shown_done_and_undone()
    {
        var (ann, anna) = (await Met("ann", "user"), await Met("anna", "visitor"));
        var dry = await Merge($$"""{"from":"{{ann}}","into":"{{anna}}","dryRun":true}""", HttpStatusCode.OK);
        Assert.Equal("ready", Text(dry, "status"));
        Assert.Equal(2, dry.GetProperty("preview").GetProperty("members").GetArrayLength());
        Assert.Equal(1, (await Explained(ann)).GetProperty("members").GetArrayLength());

        var asked = await Merge($$"""{"from":{"user":"ann"},"into":{"namespace":"visitor","value":"anna"} }""", HttpStatusCode.Accepted);
        var id = Text(asked, "id");
        Assert.Equal((id, "pending", "DELETE", $"/identity/merges/{id}"), (Text(dry, "id"), Text(asked, "status"), Text(asked.GetProperty("inverse"), "method"), Text(asked.GetProperty("inverse"), "path")));
        await Becomes(id, "active");
        Assert.Equal(2, (await Explained(ann)).GetProperty("members").GetArrayLength());

        Assert.Equal("undoing", Text(await Call("DELETE", $"/identity/merges/{id}?reason=wrong-person", expected: HttpStatusCode.Accepted), "status"));
        await Becomes(id, "undone");
        Assert.Equal(1, (await Explained(ann)).GetProperty("members").GetArrayLength());
        Assert.Equal("undone", Text(await Call("DELETE", $"/identity/merges/{id}"), "status"));
    }

    [Fact]
    public async Task What_nobody_asked_for_by_hand_is_undone_the_same_way()
    {
        await Met("laptop", "visitor");
        var bob = await Met("bob", "user");
        await Sent("\"user\":\"bob\",\"visitor\":\"laptop\"");
        var merge = Assert.Single((await Explained(bob)).GetProperty("merges").EnumerateArray());
        await Call("DELETE", $"/identity/merges/{Text(merge, "id")}", expected: HttpStatusCode.Accepted);
        await Becomes(Text(merge, "id"), "undone");
        Assert.Equal(1, (await Explained(bob)).GetProperty("members").GetArrayLength());
    }

    [Fact]
    public async Task Two_users_are_not_made_one_before_somebody_has_answered_the_case()
    {
        var (one, other) = (await Met("carl", "user"), await Met("carla", "user"));
        foreach (var user in new[] { "carl", "carla" }) await Sent($"\"user\":\"{user}\",\"visitor\":\"of-{user}\"");
        var refused = await Merge($$"""{"from":"{{one}}","into":"{{other}}"}""", HttpStatusCode.Conflict);
        Assert.Equal("urn:personalization:problem:not-merged", Text(refused, "type"));
        var open = Assert.Single((await Call("GET", "/identity/quarantine")).GetProperty("cases").EnumerateArray(), c => Text(c, "from") == one || Text(c, "into") == one);
        Assert.Contains(Text(open, "case"), Text(refused, "detail"), StringComparison.Ordinal);
        await Call("POST", $"/identity/quarantine/{Text(open, "case")}", """{"verdict":"together","reason":"same-person"}""", HttpStatusCode.Accepted);
        while ((await Explained(one)).GetProperty("members").GetArrayLength() < 2) await Task.Yield();
        Assert.Equal("together", Text(Assert.Single((await Call("GET", "/identity/quarantine?status=all")).GetProperty("cases").EnumerateArray(), c => Text(c, "case") == Text(open, "case")), "status"));
    }

    [Theory]
    [InlineData("""{"into":{"user":"x"}}""", "from")]
    [InlineData("""{"from":"0","into":"1"}""", "from.subject")]
    [InlineData("""{"from":{},"into":"1"}""", "from")]
    [InlineData("""{"from":{"namespace":"car","value":"x"},"into":"1"}""", "from.namespace")]
    [InlineData("""{"from":{"user":"null"},"into":"1"}""", "from.user")]
    [InlineData("""{"from":{"user":5},"into":"1"}""", "from")]
    [InlineData("""{"from":[],"into":"1"}""", "from")]
    [InlineData("""{"from":{"name":"x"},"into":"1"}""", "from")]
    [InlineData("""{"from":"00000000000000000000000000000001","into":"00000000000000000000000000000002","force":true}""", "force")]
    public async Task What_names_nobody_is_refused_with_its_field(string body, string field) =>
        Assert.Equal(field, Text(await Merge(body, HttpStatusCode.BadRequest), "field"));

    [Fact]
    public async Task Whoever_was_never_met_and_what_was_never_done_is_not_found()
    {
        await Merge("""{"from":"00000000000000000000000000000001","into":"00000000000000000000000000000002"}""", HttpStatusCode.NotFound);
        await Merge("""{"from":{"user":"nobody-ever"},"into":{"user":"nobody-else"}}""", HttpStatusCode.NotFound);
        foreach (var id in new[] { "x", new string('0', 32), new string('f', 300), "..%2f.." })
        {
            await Call("GET", $"/identity/merges/{id}", expected: HttpStatusCode.NotFound);
            await Call("DELETE", $"/identity/merges/{id}", expected: HttpStatusCode.NotFound);
            await Call("POST", $"/identity/quarantine/{id}", """{"verdict":"apart"}""", HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Reasons_are_words_and_verdicts_are_two()
    {
        var id = new string('0', 32);
        Assert.Equal("reason", Text(await Call("DELETE", $"/identity/merges/{id}?reason=Ann%20asked", expected: HttpStatusCode.BadRequest), "field"));
        Assert.Equal("reason", Text(await Call("POST", $"/identity/quarantine/{id}", """{"verdict":"apart","reason":"Ann asked"}""", HttpStatusCode.BadRequest), "field"));
        Assert.Equal("verdict", Text(await Call("POST", $"/identity/quarantine/{id}", """{"verdict":"maybe"}""", HttpStatusCode.BadRequest), "field"));
    }

    [Theory]
    [InlineData("POST", "/identity/merges", "{}")]
    [InlineData("GET", "/identity/merges/x", null)]
    [InlineData("DELETE", "/identity/merges/x", null)]
    [InlineData("POST", "/identity/quarantine/x", "{}")]
    public async Task Only_compliance_may(string method, string path, string? body) =>
        Assert.Equal(["compliance"], await server.AllowedTo(method, path, body));

    private async Task Becomes(string id, string status)
    {
        while (Text(await Call("GET", $"/identity/merges/{id}"), "status") is var now && now != status) Assert.Contains(now, (string[])["pending", "active", "undoing"]);
    }

    private async Task<string> Met(string id, string kind)
    {
        await Sent($"\"{kind}\":\"{id}\"");
        return Text(await Call("POST", "/identity/subjects", $$"""{"namespace":"{{kind}}","value":"{{id}}"}"""), "subject");
    }

    private int sent;

    private Task<JsonElement> Sent(string who) => server.Send($$"""{"id":"e{{++sent}}","type":"view","time":"{{TimeProvider.System.GetUtcNow():O}}","item":"i",{{who}},"consent":{"personalization":true} }""");

    private Task<JsonElement> Explained(string subject) => Call("GET", $"/identity/{subject}");

    private Task<JsonElement> Merge(string body, HttpStatusCode expected) => Call("POST", "/identity/merges", body, expected);

    private Task<JsonElement> Call(string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.ComplianceKey, method, path, body, expected);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
