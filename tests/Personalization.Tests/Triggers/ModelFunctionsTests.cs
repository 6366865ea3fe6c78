using System.Net;
using System.Text.Json;
using Personalization.Tests.Hosting;
using Personalization.Tests.Models;

namespace Personalization.Tests.Triggers;

/// <summary>Operators move models, all staff see them, and whoever is refused is told why.</summary>
public sealed class ModelFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Before_there_is_any_the_list_is_empty_and_there_is_no_champion()
    {
        var listed = await Get("/models");
        Assert.Equal((0, 0, false), (listed.GetProperty("models").GetArrayLength(), listed.GetProperty("rollout").GetProperty("shadows").GetArrayLength(), listed.GetProperty("rollout").TryGetProperty("champion", out _)));
        foreach (var path in new[] { "/models/champion", "/models/m-1", "/models/m-1/shadow", "/models/m-1/canary" }) Assert.EndsWith("no-such-model", Kind(await Get(path, HttpStatusCode.NotFound)), StringComparison.Ordinal);
        Assert.EndsWith("no-such-model", Kind(await Promote("m-1", """{"to":"shadow","reason":"r"}""", HttpStatusCode.NotFound)), StringComparison.Ordinal);
        Assert.EndsWith("no-such-model", Kind(await server.Call(RunningServer.OperatorKey, "POST", "/models/m-1/rollback", """{"reason":"r"}""", HttpStatusCode.NotFound)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_goes_from_candidate_to_champion_and_back()
    {
        await Register("m-1", 0.1);
        await Register("m-2", 0.12);
        Assert.Equal(["m-2 candidate", "m-1 candidate"], await States());
        Assert.Equal("m-2", Assert.Single((await Get("/models?max=1")).GetProperty("models").EnumerateArray()).GetProperty("card").GetProperty("model").GetString());
        Assert.Equal("max", (await Get("/models?max=0", HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        await Promote("m-1", """{"to":"champion","reason":"the first"}""");
        var then = TimeProvider.System.GetUtcNow();
        await Promote("m-2", """{"to":"shadow","reason":"look at it"}""");
        var shadow = await Get("/models/m-2/shadow");
        Assert.Equal(("m-1", 0, false), (shadow.GetProperty("champion").GetString(), shadow.GetProperty("decisions").GetInt32(), shadow.TryGetProperty("overlap", out _)));
        var moved = await Promote("m-2", """{"to":"canary","share":2.5,"reason":"try it"}""");
        Assert.Equal(("m-1", 2.5), (moved.GetProperty("champion").GetString(), moved.GetProperty("canary").GetProperty("share").GetDouble()));
        Assert.EndsWith("not-on-trial", Kind(await Get("/models/m-2/shadow", HttpStatusCode.Conflict)), StringComparison.Ordinal);
        Assert.Equal(0, (await Get("/models/m-2/canary")).GetProperty("ofCanary").GetProperty("decisions").GetInt32());
        await Promote("m-2", """{"to":"champion","reason":"better"}""");
        Assert.Equal(["m-2 champion", "m-1 retired"], await States());
        var champion = await Get("/models/champion");
        Assert.Equal(("m-2", "training", 0.12), (champion.GetProperty("rollout").GetProperty("champion").GetString(), champion.GetProperty("card").GetProperty("facts").GetProperty("owner").GetString(), champion.GetProperty("card").GetProperty("facts").GetProperty("metrics")[0].GetProperty("value").GetDouble()));
        Assert.Equal("m-1", (await Get($"/models/champion?at={Uri.EscapeDataString(then.ToString("O"))}")).GetProperty("rollout").GetProperty("champion").GetString());
        await Get("/models/champion?at=2001-01-01T00:00:00Z", HttpStatusCode.NotFound);
        var back = await server.Call(RunningServer.OperatorKey, "POST", "/models/m-2/rollback", """{"reason":"worse"}""");
        Assert.Equal(("m-1", "worse"), (back.GetProperty("champion").GetString(), back.GetProperty("step").GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task A_refusal_says_which_gate_is_closed_and_by_how_much()
    {
        await Register("m-1", 0.1);
        await Register("m-2", 0.08);
        await Promote("m-1", """{"to":"champion","reason":"the first"}""");
        var refused = await Promote("m-2", """{"to":"canary","share":5,"reason":"r"}""", HttpStatusCode.Conflict);
        Assert.EndsWith("gates-closed", Kind(refused), StringComparison.Ordinal);
        Assert.Contains("ndcg@10 is 0.08, 0.02 below the champion's 0.1 (m-1); at most 0.001 is allowed", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("promote another one", (await Promote("m-1", """{"to":"shadow","reason":"r"}""", HttpStatusCode.Conflict)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("not-moved", Kind(await server.Call(RunningServer.OperatorKey, "POST", "/models/m-2/rollback", """{"reason":"r"}""", HttpStatusCode.Conflict)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"to":"king","reason":"r"}""", "to"), InlineData("""{"reason":"r"}""", "to"), InlineData("""{"to":"canary","reason":"r"}""", "share"), InlineData("""{"to":"canary","share":0,"reason":"r"}""", "share")]
    [InlineData("""{"to":"canary","share":51,"reason":"r"}""", "share"), InlineData("""{"to":"champion","share":5,"reason":"r"}""", "share"), InlineData("""{"to":"shadow"}""", "reason"), InlineData("""{"to":"shadow","reason":" "}""", "reason")]
    public async Task What_is_wrong_is_said_with_its_place(string body, string field) => Assert.Equal(field, (await Promote("m-1", body, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Theory]
    [InlineData("/models/M-1"), InlineData("/models/a%7Eb"), InlineData("/models/none")]
    public async Task A_name_that_no_model_can_have_is_refused(string path) => Assert.Equal("id", (await Get(path, HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task A_time_that_is_none_is_refused() => Assert.Equal("at", (await Get("/models/champion?at=noon", HttpStatusCode.BadRequest)).GetProperty("field").GetString());

    [Fact]
    public async Task Operators_move_and_all_staff_see()
    {
        foreach (var path in new[] { "/models", "/models/champion", "/models/m-1", "/models/m-1/shadow", "/models/m-1/canary" }) Assert.Equal(["marketer", "compliance", "operator"], await server.AllowedTo("GET", path));
        Assert.Equal(["operator"], await server.AllowedTo("POST", "/models/m-1/promote", """{"to":"shadow","reason":"r"}"""));
        Assert.Equal(["operator"], await server.AllowedTo("POST", "/models/m-1/rollback", """{"reason":"r"}"""));
    }

    private static string Kind(JsonElement problem) => problem.GetProperty("type").GetString()!;

    private async Task Register(string name, double ndcg) => await server.Parts.Models.Registry.Keep(Learn.TwoKinds(name), Cards.Good(ndcg), default);

    private async Task<IReadOnlyList<string>> States() => [.. (await Get("/models")).GetProperty("models").EnumerateArray().Select(m => $"{m.GetProperty("card").GetProperty("model").GetString()} {m.GetProperty("state").GetString()}")];

    private Task<JsonElement> Get(string path, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.ComplianceKey, "GET", path, null, expected);

    private Task<JsonElement> Promote(string model, string body, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.OperatorKey, "POST", $"/models/{model}/promote", body, expected);
}
