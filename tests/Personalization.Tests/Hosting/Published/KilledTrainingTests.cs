using System.Net;
using System.Text;
using System.Text.Json;

namespace Personalization.Tests.Hosting.Published;

/// <summary>
/// A process that is killed while it trains. The champion serves again at once, what the registry says fits together, and the run goes on by
/// itself and ends.
/// </summary>
[Collection(nameof(PublishedApp))]
public sealed class KilledTrainingTests(PublishedApp app)
{
    private const int Kills = 3;
    private const int People = 80;
    private const int Items = 120;

    [Fact]
    public async Task The_champion_goes_on_serving_the_registry_is_whole_and_the_run_ends()
    {
        var (directory, port, random) = (Directory.CreateTempSubdirectory("killed-").FullName, RunningServer.FreePort(), new Random(20260106));
        var before = "";
        for (var kill = 0; kill <= Kills; kill++)
        {
            using var process = await Started(directory, port);
            if (kill == 0)
            {
                await Shop(process.Http);
                before = await Ended(process.Http, await Begun(process.Http));
                await process.Terminate();
                continue;
            }

            Assert.Equal(before, await Serving(process.Http));
            var run = await Begun(process.Http);
            // Anywhere from the reading of people to the promotion of a model.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 2000)), TimeProvider.System);
            process.Kill();
            await process.Exit();
            using var again = await Started(directory, port);
            var serves = await Serving(again.Http);
            var after = await Ended(again.Http, run);
            Assert.Contains(serves, new[] { before, after });
            await Whole(again.Http, after);
            before = after;
            await again.Terminate();
        }

        Directory.Delete(directory, recursive: true);
    }

    private async Task<AppProcess> Started(string directory, int port)
    {
        var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"], [.. Offline.StoreTrainingTests.Gates.Select(g => (g.Key, g.Value))]).Ready();
        process.Http.DefaultRequestHeaders.Add("x-api-key", (await File.ReadAllTextAsync(Path.Combine(directory, ".data", "staff.key"))).Trim());
        return process;
    }

    private static async Task Shop(HttpClient http)
    {
        await Call(http, HttpMethod.Put, "/catalog/items", $"[{string.Join(',', Enumerable.Range(0, Items).Select(i => $$"""{"id":"i{{i}}","category":"c{{i % 4}}"}"""))}]", HttpStatusCode.OK);
        const string Yes = """{"personalization":true,"training":true}""";
        for (var person = 0; person < People; person++)
        {
            await Call(http, HttpMethod.Put, "/consent", $$"""{"user":"u{{person}}","purposes":{{Yes}},"source":"test","noticeVersion":"1"}""", HttpStatusCode.OK);
            var met = Enumerable.Range(0, 12).Select(n => $$"""{"id":"{{person}}-{{n}}","type":"view","user":"u{{person}}","item":"i{{((((person * 7) + (n * 11)) % 40) * 3) + (person % 3)}}","consent":{{Yes}}}""");
            await Call(http, HttpMethod.Post, "/events", $"[{string.Join(',', met)}]", HttpStatusCode.Accepted);
        }

        await Until(async () => (await Call(http, HttpMethod.Get, "/stream", null, HttpStatusCode.OK)).GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("lag").GetInt64() == 0));
    }

    private static async Task<string> Begun(HttpClient http) => (await Call(http, HttpMethod.Post, "/training", "{}", HttpStatusCode.Accepted)).GetProperty("id").GetString()!;

    /// <summary>Waits for the run's end; says which model is champion by then.</summary>
    private static async Task<string> Ended(HttpClient http, string run)
    {
        await Until(async () => (await Call(http, HttpMethod.Get, $"/training/{run}", null, HttpStatusCode.OK)).GetProperty("status").GetString() != "running");
        var ended = await Call(http, HttpMethod.Get, $"/training/{run}", null, HttpStatusCode.OK);
        Assert.Equal("completed", ended.GetProperty("status").GetString());
        return await Champion(http);
    }

    private static async Task<string> Champion(HttpClient http) =>
        (await Call(http, HttpMethod.Get, "/models/champion", null, HttpStatusCode.OK)).GetProperty("rollout").GetProperty("champion").GetString()!;

    /// <summary>The model that a decision is made with, as soon as it answers.</summary>
    private static async Task<string> Serving(HttpClient http)
    {
        var answer = await Call(http, HttpMethod.Post, "/decisions/recommendations", """{"user":"u1"}""", HttpStatusCode.OK);
        Assert.False(answer.TryGetProperty("fallbackReason", out var why) && why.GetString() == "model-unavailable", answer.GetRawText());
        return answer.GetProperty("versions").GetProperty("model").GetString()!;
    }

    private static async Task Whole(HttpClient http, string champion)
    {
        var models = await Call(http, HttpMethod.Get, "/models", null, HttpStatusCode.OK);
        var states = models.GetProperty("models").EnumerateArray().Select(m => (Name: m.GetProperty("card").GetProperty("model").GetString(), State: m.GetProperty("state").GetString())).ToList();
        Assert.Equal(champion, Assert.Single(states, s => s.State == "champion").Name);
        Assert.Equal(states.Count, states.Select(s => s.Name).Distinct(StringComparer.Ordinal).Count());
        // Whatever is registered can be served: going back to it reads its file whole.
        foreach (var (name, _) in states.Where(s => s.State is "retired" or "candidate"))
        {
            await Call(http, HttpMethod.Post, $"/models/{name}/promote", """{"to":"shadow","reason":"whole"}""", HttpStatusCode.OK);
            await Call(http, HttpMethod.Post, $"/models/{name}/rollback", """{"reason":"whole"}""", HttpStatusCode.OK);
        }
    }

    private static async Task Until(Func<Task<bool>> done)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!await done()) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    private static async Task<JsonElement> Call(HttpClient http, HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{path}: {answer}");
        return JsonElement.Parse(answer);
    }
}
