using System.Net;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Tests.Hosting;
using static Personalization.Tests.Experiments.Lab;

namespace Personalization.Tests.Triggers;

/// <summary>Experiments are published, taken back and looked at over the wire.</summary>
public sealed class ExperimentFunctionsTests : IAsyncLifetime
{
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task What_is_published_is_in_force_and_shown_as_it_was_sent()
    {
        Assert.Equal("""{"version":0,"inForce":true,"broken":false,"layers":[]}""", (await Get("/experiments")).GetRawText());
        Assert.Equal("""{"version":1,"experiments":2}""", (await Publish(Body(Layer("l", Experiment("a", 0.5), Experiment("b", 0.5)), HoldingOut(0.1)))).GetRawText());
        var shown = await Get("/experiments");
        Assert.Equal((1, "q1", "b", "popular-1"), (Version(shown), shown.GetProperty("holdout").GetProperty("seed").GetString(), At(shown, 1).GetProperty("id").GetString(), At(shown, 1).GetProperty("variants")[1].GetProperty("settings").GetProperty("ranker").GetString()));
        Assert.Equal("1", server.Parts.Experiments.Now.Version);
    }

    [Fact]
    public async Task Going_back_leads_to_the_version_before_and_to_any_other()
    {
        foreach (var share in new[] { 0.1, 0.2, 0.3 }) await Publish(Body(Layer("l", Experiment("a", share)), $",\"note\":\"{share}\""));
        Assert.Equal(2, Version(await Revert("{}")));
        Assert.Equal(1, Version(await Revert("{}")));
        Assert.EndsWith("no-such-version", Kind(await Revert("{}", HttpStatusCode.NotFound)), StringComparison.Ordinal);
        Assert.Equal(3, Version(await Revert("""{"to":3}""")));
        var listed = await Get("/experiments/versions");
        Assert.Equal([3, 1, 2, 3, 2, 1], listed.GetProperty("moves").EnumerateArray().Select(Version));
        Assert.Equal([("0.3", 1), ("0.2", 1), ("0.1", 1)], listed.GetProperty("versions").EnumerateArray().Select(v => (v.GetProperty("note").GetString()!, v.GetProperty("experiments").GetInt32())));
        Assert.Equal(0.2, At(await Get("/experiments?version=2"), 0).GetProperty("share").GetDouble());
        var told = (await server.Call(RunningServer.ComplianceKey, "GET", $"/audit/entries?type={AuditTypes.ExperimentsPromoted}")).GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("open"));
        Assert.Equal([("1", "0"), ("2", "1"), ("3", "2"), ("2", "3"), ("1", "2"), ("3", "1")], told.Select(o => (o.GetProperty("version").GetString()!, o.GetProperty("before").GetString()!)));
    }

    [Theory]
    [InlineData("""[{"name":"now","weight":1},{"name":"new","weight":3,"settings":{"ranker":"popular-1"}}]""")]
    [InlineData("""[{"name":"new","weight":1,"settings":{"ranker":"popular-1"}},{"name":"now","weight":1}]""")]
    [InlineData("""[{"name":"now","weight":1},{"name":"new","weight":1,"settings":{"ranker":"recent-1"}}]""")]
    [InlineData("""[{"name":"now","weight":1},{"name":"new","weight":1}]""")]
    [InlineData("""[{"name":"now","weight":1},{"name":"new","weight":1,"settings":{"ranker":"popular-1"}},{"name":"third","weight":1}]""")]
    public async Task An_id_never_means_other_variants_also_not_when_it_was_gone_for_a_while(string variants)
    {
        await Publish(Body(Layer("l", Experiment("a", 0.5))));
        await Publish(Body(""));
        var problem = await Publish(Body($"{Layer("other", Experiment("fresh"))},{Layer("l", Experiment("a", 0.5, variants))}"), HttpStatusCode.BadRequest);
        Assert.Equal("layers[1].experiments[0].variants", problem.GetProperty("field").GetString());
        Assert.Equal(2, Version(await Get("/experiments")));
        // What else was in the refused set is not taken.
        await Publish(Body(Layer("l", Experiment("a", 0.1), Experiment("fresh", 0.5))));
    }

    [Fact]
    public async Task An_experiment_stays_in_its_layer_and_a_seed_keeps_its_share()
    {
        await Publish(Body(Layer("l", Experiment("a", 0.5)), HoldingOut(0.1)));
        Assert.Equal("layers[0].experiments[0].id", (await Publish(Body(Layer("other", Experiment("a", 0.5))), HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        Assert.Equal("holdout.share", (await Publish(Body("", HoldingOut(0.2)), HttpStatusCode.BadRequest)).GetProperty("field").GetString());
        await Publish(Body("", HoldingOut(0.2, "q2")));
        await Publish(Body("", HoldingOut(0.1)));
    }

    [Theory]
    [InlineData("PUT", "/experiments", """{"layers":[{"id":"l","experiments":[{"id":"e","share":2}]}]}""", "invalid-field", "layers[0].experiments[0].share"), InlineData("PUT", "/experiments", "{}", "invalid-field", "layers")]
    [InlineData("PUT", "/experiments", """{"layers":[{"id":"l","experimentz":[]}]}""", "unknown-field", "layers[0].experimentz"), InlineData("PUT", "/experiments", """{"layers":[],"holdout":{"percent":1}}""", "unknown-field", "holdout.percent")]
    [InlineData("PUT", "/experiments", """{"layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":"1"}]}]}]}""", "wrong-type", "layers[0].experiments[0].variants[0].weight"), InlineData("PUT", "/experiments", "null", "invalid-field", "")]
    [InlineData("PUT", "/experiments", """{"layers":[{"id":"l","experiments":[{"id":"e","share":1,"variants":[{"name":"a","weight":1,"settings":{"rankr":"x"}}]}]}]}""", "unknown-field", "layers[0].experiments[0].variants[0].settings.rankr")]
    [InlineData("POST", "/experiments/revert", """{"to":0}""", "invalid-field", "to"), InlineData("GET", "/experiments?version=x", null, "invalid-field", "version"), InlineData("GET", "/experiments/versions?before=-1", null, "invalid-field", "before")]
    public async Task What_is_wrong_is_said_with_its_place(string method, string path, string? body, string kind, string field)
    {
        var problem = await server.Call(RunningServer.MarketerKey, method, path, body, HttpStatusCode.BadRequest);
        Assert.Equal(($"urn:personalization:problem:{kind}", field), (Kind(problem), problem.GetProperty("field").GetString()));
        Assert.Equal(0, Version(await Get("/experiments")));
    }

    [Theory]
    [InlineData("""["messages"]""", 0), InlineData("""["search","messages"]""", 1)]
    public async Task In_messages_no_variant_changes_anything_so_no_experiment_takes_place_there(string engines, int place)
    {
        var problem = await Publish(Body(Layer("l", Experiment("known"), Experiment("a", 0, more: $",\"engines\":{engines}"))), HttpStatusCode.BadRequest);
        Assert.Equal($"layers[0].experiments[1].engines[{place}]", problem.GetProperty("field").GetString());
        Assert.Contains("homepage, search, recommendations;", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, Version(await Get("/experiments")));
        // Nothing of it was taken.
        await Publish(Body(Layer("other", Experiment("a", 0.5, more: ""","engines":["homepage","search","recommendations"]"""))));
    }

    [Fact]
    public async Task Marketers_publish_and_all_staff_read()
    {
        string[] staff = ["marketer", "compliance", "operator"];
        Assert.Equal(["marketer"], await server.AllowedTo("PUT", "/experiments", """{"layers":[]}"""));
        Assert.Equal(["marketer"], await server.AllowedTo("POST", "/experiments/revert", """{"to":1}"""));
        Assert.Equal(staff, await server.AllowedTo("GET", "/experiments"));
        Assert.Equal(staff, await server.AllowedTo("GET", "/experiments/versions"));
    }

    [Fact]
    public async Task A_merge_shows_what_the_person_counts_for()
    {
        await Publish(Body(Layer("l", Experiment("a"))));
        await server.Send(Sent(1, "ann", "user"), Sent(2, "anna", "visitor"));
        var (ann, anna) = (await Subject("ann", "user"), await Subject("anna", "visitor"));
        foreach (var subject in new[] { ann, anna })
            server.Parts.Exposures.Note(subject, server.Parts.Experiments.Now.Assign(subject, Personalization.Identity.Merging.Exposures.None), Now);
        var dry = await server.Call(RunningServer.ComplianceKey, "POST", "/identity/merges", $$"""{"from":"{{ann}}","into":"{{anna}}","dryRun":true}""");
        var bucket = Assert.Single(dry.GetProperty("preview").GetProperty("buckets").EnumerateArray());
        Assert.Equal(("a", server.Parts.Experiments.Now.Assign(ann.Key < anna.Key ? ann : anna, Personalization.Identity.Merging.Exposures.None).Experiments[0].Variant), (bucket.GetProperty("experiment").GetString(), bucket.GetProperty("variant").GetInt32()));
    }

    private async Task<Personalization.Identity.Subject> Subject(string id, string kind) => new(UInt128.Parse(
        (await server.Call(RunningServer.ComplianceKey, "POST", "/identity/subjects", $$"""{"namespace":"{{kind}}","value":"{{id}}"}""")).GetProperty("subject").GetString()!, System.Globalization.NumberStyles.HexNumber));

    private static string Sent(int number, string id, string kind) =>
        $$"""{"id":"e{{number}}","type":"view","time":"{{TimeProvider.System.GetUtcNow():O}}","item":"i","{{kind}}":"{{id}}","consent":{"personalization":true} }""";

    private static string Body(string layers, string more = "") => $$"""{"layers":[{{layers}}]{{more}}}""";

    private static JsonElement At(JsonElement shown, int experiment) => shown.GetProperty("layers")[0].GetProperty("experiments")[experiment];

    private Task<JsonElement> Get(string path) => server.Call(RunningServer.MarketerKey, "GET", path);

    private Task<JsonElement> Publish(string body, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.MarketerKey, "PUT", "/experiments", body, expected);

    private Task<JsonElement> Revert(string body, HttpStatusCode expected = HttpStatusCode.OK) => server.Call(RunningServer.MarketerKey, "POST", "/experiments/revert", body, expected);

    private static int Version(JsonElement answer) => answer.GetProperty("version").GetInt32();

    private static string Kind(JsonElement problem) => problem.GetProperty("type").GetString()!;
}
