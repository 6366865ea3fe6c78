using System.Net;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Models;
using Personalization.Tests.Hosting;
using Personalization.Tests.Triggers;

namespace Personalization.Tests.Training.Runs;

/// <summary>A shop's own people train a model that serves them, over the calls that it has.</summary>
public sealed class TrainingFunctionsTests : IAsyncLifetime
{
    private const int People = 60;
    private const int Items = 24;

    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.WithKeys();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Where_nobody_may_be_learned_from_a_run_says_so()
    {
        var run = await Trained();
        Assert.Equal("nothing-to-learn", run.GetProperty("status").GetString());
        Assert.False(run.TryGetProperty("model", out _));
        Assert.Equal(0, (await Get("/models")).GetProperty("models").GetArrayLength());
        Assert.EndsWith("training-over", (await Call("POST", $"/training/{run.GetProperty("id").GetString()}/cancel", HttpStatusCode.Conflict)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("no-such-report", (await Get($"/training/{run.GetProperty("id").GetString()}/report", HttpStatusCode.NotFound)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_people_met_becomes_a_model_with_a_card_and_a_report()
    {
        await Shop();
        var run = await Trained();
        Assert.Equal("completed", run.GetProperty("status").GetString());
        var model = run.GetProperty("model").GetString()!;
        var card = (await Get($"/models/{model}")).GetProperty("card");
        Assert.Equal((People, Items), (card.GetProperty("facts").GetProperty("data").GetProperty("people").GetInt32(), card.GetProperty("facts").GetProperty("data").GetProperty("items").GetInt32()));
        Assert.Equal(run.GetProperty("recipe").GetString(), card.GetProperty("facts").GetProperty("parameters").GetProperty("recipe").GetString());
        var report = await Get($"/training/{run.GetProperty("id").GetString()}/report");
        Assert.Equal("candidate", report.GetProperty("contenders")[0].GetProperty("name").GetString());
        var asked = await Get($"/training/{run.GetProperty("id").GetString()}/report?asked=everything", HttpStatusCode.BadRequest);
        Assert.Equal("asked", asked.GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_item_that_nobody_met_is_to_the_taste_of_those_who_like_what_it_is_like()
    {
        await Shop();
        await server.Call(RunningServer.MarketerKey, "PUT", "/catalog/items", $"[{Item("new-even", 0)},{Item("new-odd", 1)},{Strange}]");
        var run = await Trained();
        Assert.Equal(("champion", 2), (run.GetProperty("became").GetString(), run.GetProperty("newItems").GetInt32()));
        Assert.Equal("2", (await Get($"/models/{run.GetProperty("model").GetString()}")).GetProperty("card").GetProperty("facts").GetProperty("parameters").GetProperty("newItems").GetString());
        await Until(() => Task.FromResult(server.Parts.Models.Served.Now.Model.Name == run.GetProperty("model").GetString()));
        var (model, taste) = (server.Parts.Models.Served.Now.Model, new Taste());
        Assert.Equal(-1, model.PlaceOf(ItemKey.Of("strange").Value));
        taste.Begin(model, [model.PlaceOf(ItemKey.Of("item-2").Value), model.PlaceOf(ItemKey.Of("item-6").Value)], [1, 1]);
        Assert.True(taste.Of(ItemKey.Of("new-even").Value) > 2 * taste.Of(ItemKey.Of("new-odd").Value));
        var first = (await server.Call(RunningServer.FrontendKey, "POST", "/decisions/recommendations", """{"user":"user-0","kind":"for-you","count":40}""")).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()).ToList();
        Assert.InRange(first.IndexOf("new-even"), 0, first.IndexOf("new-odd") is >= 0 and var odd ? odd - 1 : int.MaxValue);
    }

    [Fact]
    public async Task Only_operators_train_and_all_staff_see()
    {
        foreach (var path in new[] { "/training", "/training/1", "/training/1/report" }) Assert.Equal(["marketer", "compliance", "operator"], await server.AllowedTo("GET", path));
        foreach (var path in new[] { "/training", "/training/1/cancel" }) Assert.Equal(["operator"], await server.AllowedTo("POST", path));
    }

    private const string Strange = """{"id":"strange","category":"elsewhere","brand":"nobody","price":900,"currency":"EUR","available":true,"attributes":{"title":"quartz sundial"}}""";

    /// <summary>Even items are of another brand than odd ones, and their titles have a word in common.</summary>
    private static string Item(string id, int number) =>
        $$"""{"id":"{{id}}","category":"c{{number % 4}}","brand":"brand-{{number % 2}}","price":10,"currency":"EUR","available":true,"attributes":{"title":"{{(number % 2 == 0 ? "woollen scarf" : "steel knife")}} {{number}}"} }""";

    /// <summary>Even people look at even items, and odd ones at odd ones.</summary>
    private async Task Shop()
    {
        var items = Enumerable.Range(0, Items).Select(i => Item($"item-{i}", i));
        await server.Call(RunningServer.MarketerKey, "PUT", "/catalog/items", $"[{string.Join(',', items)}]");
        var random = new Random(1);
        const string Yes = """{"personalization":true,"training":true,"sensitive":false,"location":false,"crossDevice":false,"marketing":false,"thirdParty":false}""";
        foreach (var person in Enumerable.Range(0, People))
        {
            await server.Call(RunningServer.FrontendKey, "PUT", "/consent", $$"""{"user":"user-{{person}}","purposes":{{Yes}},"source":"test","noticeVersion":"1"}""");
            var met = Enumerable.Range(0, 8).Select(n => (n, Item: (random.Next(Items / 2) * 2) + (person % 2)))
                .Select(m => $$"""{"id":"e-{{person}}-{{m.n}}","type":"view","time":"{{TimeProvider.System.GetUtcNow().AddMinutes(-100 + m.n):O}}","user":"user-{{person}}","item":"item-{{m.Item}}","consent":{{Yes}}}""");
            await server.Call(RunningServer.FrontendKey, "POST", "/events", $"[{string.Join(',', met)}]", HttpStatusCode.Accepted);
        }

        await Until(async () => (await Get("/stream")).GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("lag").GetInt64() == 0));
    }

    private async Task<JsonElement> Trained()
    {
        var id = (await Call("POST", "/training", HttpStatusCode.Accepted)).GetProperty("id").GetString();
        await Until(async () => (await Get($"/training/{id}")).GetProperty("status").GetString() != "running");
        return await Get($"/training/{id}");
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!await done()) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    private Task<JsonElement> Get(string path, HttpStatusCode expected = HttpStatusCode.OK) => Call("GET", path, expected);

    private Task<JsonElement> Call(string method, string path, HttpStatusCode expected) => server.Call(RunningServer.OperatorKey, method, path, method == "POST" ? "{}" : null, expected);
}
