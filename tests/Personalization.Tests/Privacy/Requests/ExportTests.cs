using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Personalization.Experiments;
using Personalization.Functions.Hosting;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Tests.Trust;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>What is kept of a person, handed to that person and to nobody else.</summary>
public sealed class ExportTests : IAsyncLifetime
{
    private PrivacyWorld world = null!;

    public async Task InitializeAsync() => world = await PrivacyWorld.Open(("Privacy__Verify", "none"));

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task Access_tells_everything_with_where_it_comes_from_what_for_and_how_long()
    {
        await world.Live("u", "v");
        var visitor = (await world.People.Find(null, "v", default))!.Value;
        var decision = world.Parts.DecisionIds.New(visitor, world.Clock.GetUtcNow());
        world.Parts.Decisions.Note(visitor, decision, "something shown"u8);
        world.Parts.Decisions.Note(new(77), world.Parts.DecisionIds.New(new(77), world.Clock.GetUtcNow()), "to somebody else"u8);
        Assert.True(await world.Parts.Decisions.Flush(default));
        var files = await Fetched("access");
        var data = JsonElement.Parse(files["data.json"]);
        var values = data.GetProperty("members").EnumerateArray().SelectMany(m => m.GetProperty("values").EnumerateArray()).ToList();
        Assert.Equal(["profile", "vault"], values.Select(v => v.GetProperty("keptIn").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(values, v => v.GetProperty("feature").GetString() == "purchases" && v.TryGetProperty("about", out var about) && about.GetString() == "tent");
        Assert.Contains(values, v => v.GetProperty("feature").GetString() == "location" && v.GetProperty("about").GetString() == "DE");
        Assert.Contains(values, v => v.GetProperty("feature").GetString() == "category-affinity");
        Assert.Contains(values, v => v.TryGetProperty("source", out var source) && source.GetString()!.Length == 16);
        Assert.Equal(["user", "visitor"], data.GetProperty("identifiers").EnumerateArray().Select(i => i.GetProperty("namespace").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(7, data.GetProperty("purposes").GetArrayLength());
        Assert.Contains("profiles", data.GetProperty("stores").EnumerateArray().Select(s => s.GetProperty("store").GetString()));
        Assert.NotEqual(0, data.GetProperty("recipients").GetArrayLength());
        var shown = Assert.Single(data.GetProperty("decisions").EnumerateArray());
        Assert.Equal((decision.ToString(), decision.At, 15), (shown.GetProperty("decision").GetString(), shown.GetProperty("at").GetDateTimeOffset(), shown.GetProperty("bytes").GetInt32()));
        Assert.Contains($"{decision},", files["decisions.csv"], StringComparison.Ordinal);
        Assert.Contains(data.GetProperty("members").EnumerateArray(), m => m.GetProperty("log").EnumerateArray().Any(e => e.GetProperty("type").GetString() == "consent-changed" && e.TryGetProperty("personal", out _)));
        Assert.Equal(["consents.csv", "data.json", "decisions.csv", "identifiers.csv", "log.csv", "stores.csv", "values.csv"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("purchases,vault,weight,tent,", files["values.csv"], StringComparison.Ordinal);
        Assert.Equal(values.Count + 1, files["values.csv"].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Access_tells_what_somebody_chose_of_what_they_were_shown()
    {
        await world.Live("u", "v");
        var visitor = (await world.People.Find(null, "v", default))!.Value;
        var decision = world.Parts.DecisionIds.New(visitor, world.Clock.GetUtcNow());
        await world.Call("POST", "events", $$"""[{"id":"c","type":"click","visitor":"v","item":"tent","decision":"{{decision}}","consent":{"personalization":true,"training":true} }]""", 202);
        Assert.True(await world.Parts.Decisions.Flush(default));
        var files = await Fetched("access");
        var told = Assert.Single(JsonElement.Parse(files["data.json"]).GetProperty("decisions").EnumerateArray());
        Assert.Equal((decision.ToString(), "tent"), (told.GetProperty("decision").GetString(), told.GetProperty("chosen")[0].GetString()));
        Assert.EndsWith(",tent\r\n", files["decisions.csv"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_tells_which_variants_somebody_saw()
    {
        await world.Live("u", "v");
        var subject = (await world.People.Find("u", null, default))!.Value;
        await world.Raw.Put(ExposureRow.Store, $"{subject}", ExposureRow.Id, """[{"experiment":"ranking","variant":1,"at":"2026-01-05T09:00:00Z"}]"""u8.ToArray(), Condition.None, null, default);
        var files = await Fetched("access");
        var told = Assert.Single(JsonElement.Parse(files["data.json"]).GetProperty("members").EnumerateArray().SelectMany(m => m.GetProperty("experiments").EnumerateArray()));
        Assert.Equal(("ranking", 1), (told.GetProperty("experiment").GetString(), told.GetProperty("variant").GetInt32()));
        Assert.Contains($"{subject},ranking,1,2026-01-05T09:00:00Z", files["experiments.csv"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_tells_of_cases_and_merges_but_not_the_numbers_of_somebody_else()
    {
        await world.Live("u", "v");
        await world.Live("u2", "v2");
        await world.Call("POST", "identity/merges", """{"from":{"user":"u"},"into":{"user":"u2"}}""", 409);
        var others = new[] { await world.People.Find("u2", null, default), await world.People.Find(null, "v2", default) };
        var data = JsonElement.Parse((await Fetched("access"))["data.json"]);
        var asked = Assert.Single(data.GetProperty("cases").EnumerateArray());
        Assert.Equal(("open", "somebody else"), (asked.GetProperty("status").GetString(), asked.GetProperty("into").GetString()));
        foreach (var part in new[] { "cases", "merges" })
            Assert.All(others, o => Assert.DoesNotContain(o!.Value.ToString(), data.GetProperty(part).GetRawText(), StringComparison.Ordinal));
        Assert.Equal(["active"], data.GetProperty("merges").EnumerateArray().Select(m => m.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Portability_leaves_out_what_was_concluded()
    {
        await world.Live("u", "v");
        var data = JsonElement.Parse((await Fetched("portability"))["data.json"]);
        var features = data.GetProperty("members").EnumerateArray().SelectMany(m => m.GetProperty("values").EnumerateArray()).Select(v => v.GetProperty("feature").GetString()!).Distinct().ToList();
        Assert.Contains("purchases", features);
        Assert.Contains("recent-items", features);
        Assert.DoesNotContain(features, f => f.EndsWith("-affinity", StringComparison.Ordinal) || f is "session-intent" or "novelty");
        Assert.DoesNotContain(data.GetProperty("members").EnumerateArray(), m => m.TryGetProperty("experiments", out _));
        Assert.False(data.TryGetProperty("stores", out _) || data.TryGetProperty("confidence", out _) || data.TryGetProperty("merges", out _));
    }

    [Fact]
    public async Task Of_somebody_never_met_it_is_as_good_as_empty_and_looks_the_same()
    {
        var data = JsonElement.Parse((await Fetched("access", "nobody-ever"))["data.json"]);
        Assert.All(data.GetProperty("members").EnumerateArray(), m => Assert.Equal(0, m.GetProperty("values").GetArrayLength() + m.GetProperty("consents").GetArrayLength()));
        Assert.Equal(0, data.GetProperty("identifiers").GetArrayLength());
    }

    [Fact]
    public async Task A_link_can_be_used_once_also_by_many_at_the_same_moment()
    {
        await world.Live("u", "v");
        await Ready("access");
        var token = await Link();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Fetch(token)));
        Assert.Equal(1, answers.Count(a => a.Status == 200));
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal(410, a.Status));
    }

    [Fact]
    public async Task Used_expired_replaced_and_invented_links_all_get_the_same_answer()
    {
        await world.Live("u", "v");
        await Ready("access");
        var (replaced, used) = (await Link(), await Link());
        Assert.Equal(200, (await Fetch(used)).Status);
        var expired = await Link();
        world.Clock.Advance(TimeSpan.FromDays(3));
        var changed = expired[..^1] + (expired[^1] == 'A' ? 'B' : 'A');
        var refused = new List<string>();
        foreach (var token in new[] { used, replaced, expired, changed, "x", "", new string('A', 64), "../../etc" }) refused.Add(Encoding.UTF8.GetString((await Fetch(token, 410)).Body));
        Assert.Single(refused.Distinct());
        Assert.Equal(200, (await Fetch(await Link())).Status);
    }

    [Fact]
    public async Task It_is_encrypted_where_it_rests_and_goes_by_itself()
    {
        await world.Live("u", "v");
        await Ready("access");
        var blob = Assert.Single((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
        var bytes = (await world.Blobs.Get(Exports.Files, blob.Name, default)).Value.ToArray();
        foreach (var word in new[] { "data.json", "values.csv", "PK\u0003\u0004", "footwear", "purchases" }) Assert.False(Search.Holds(bytes, word), word);
        await world.Pass(TimeSpan.FromDays(7));
        Assert.Empty((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
        Assert.DoesNotContain(await world.Documents(), d => d.Store is "exportkeys" or "requestsubjects" or "holds");
        Assert.Empty((await world.Book.Find(PrivacyRequest.HandleOf("r"), default))!.Subjects);
        Assert.Equal(410, (await world.Call("POST", "privacy/requests/{id}/link", null, 410, ("id", "r"))).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Whoever_is_erased_is_gone_from_exports_as_well()
    {
        await world.Live("u", "v");
        await Ready("access");
        var token = await Link();
        await world.Ask(PrivacyWorld.Erasure("gone", "\"visitor\":\"v\""));
        await world.Settle();
        Assert.Equal(410, (await Fetch(token)).Status);
        Assert.Empty((await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items);
        Assert.Empty((await world.Book.Find(PrivacyRequest.HandleOf("r"), default))!.Subjects);
        await world.Finish(9);
        Assert.Equal("completed", await world.Status("gone"));
        Assert.Equal("completed", await world.Status("r"));
    }

    [Fact]
    public async Task Every_export_and_every_fetch_is_in_the_audit_log()
    {
        await world.Live("u", "v");
        await Ready("access");
        await Fetch(await Link());
        await Fetch(await Link());
        var told = await world.Call("GET", "audit/entries", null, 200);
        var exported = told.GetProperty("entries").EnumerateArray().Where(e => e.GetProperty("type").GetString() == "exported").Select(e => e.GetProperty("open").GetProperty("what").GetString());
        Assert.Equal(["gathered", "fetched", "fetched"], exported);
    }

    [Fact]
    public void A_catalogue_cannot_make_a_spreadsheet_run_anything()
    {
        var csv = new CsvText("a", "b", "c");
        csv.Row("=cmd|'/c calc'!A1", "x\"y,z\r\n", -1.5);
        Assert.Equal("a,b,c\r\n'=cmd|'/c calc'!A1,\"x\"\"y,z\r\n\",-1.5\r\n", Encoding.UTF8.GetString(csv.ToBytes()));
    }

    private async Task<Dictionary<string, string>> Fetched(string type, string user = "u")
    {
        await Ready(type, user);
        using var zip = new ZipArchive(new MemoryStream((await Fetch(await Link())).Body));
        return zip.Entries.ToDictionary(e => e.FullName, e => new StreamReader(e.Open()).ReadToEnd(), StringComparer.Ordinal);
    }

    private async Task Ready(string type, string user = "u")
    {
        await world.Ask($$"""{"id":"r","type":"{{type}}","user":"{{user}}"}""");
        await world.Settle();
        Assert.Equal("completed", await world.Status("r"));
    }

    private async Task<string> Link()
    {
        var link = (await world.Call("POST", "privacy/requests/{id}/link", null, 201, ("id", "r"))).GetProperty("path").GetString()!;
        Assert.StartsWith("/privacy/exports/", link, StringComparison.Ordinal);
        return link["/privacy/exports/".Length..];
    }

    private async Task<(int Status, byte[] Body)> Fetch(string token, int? expected = null)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Request.RouteValues["token"] = token;
        await (await ((Trigger.Http)world.Parts.Table.Find("FetchExport")!.Trigger).Handle(http)).ExecuteAsync(http);
        if (expected is { } status) Assert.Equal(status, http.Response.StatusCode);
        return (http.Response.StatusCode, body.ToArray());
    }
}
