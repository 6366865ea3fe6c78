using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Personalization.Tests.Hosting.Published;

/// <summary>
/// What a killed process takes of the decision log: the last second at most, as the operator is told. Time counts here as far
/// as the process shows that it and its disk go on: every round has a decision answered and an event acknowledged, which is
/// on the disk by then, and one that takes long counts as <see cref="Round"/> only. A machine that stands still
/// for a while makes the test longer and nothing else; a writer that does not keep its beat is found out.
/// </summary>
[Collection(nameof(PublishedApp))]
public sealed class KilledDecisionsTests(PublishedApp app)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task No_decision_answered_more_than_a_second_before_a_kill_is_lost_and_what_is_kept_is_whole()
    {
        var (directory, port, random) = (Directory.CreateTempSubdirectory("killed-").FullName, RunningServer.FreePort(), new Random(20260105));
        var (covered, others) = (new List<string>(), new List<string>());
        for (var kill = 0; kill < 3; kill++)
        {
            using var process = await Started(directory, port);
            if (kill == 0) await Stock(process.Http);
            var answered = await Decided(process.Http, Bound + (random.NextDouble() * Bound), $"{kill}");
            process.Kill();
            await process.Exit();
            var end = answered[^1].At;
            covered.AddRange(answered.Where(a => end - a.At > Bound).Select(a => a.Id));
            others.AddRange(answered.Where(a => end - a.At <= Bound).Select(a => a.Id));
        }

        using var again = await Started(directory, port);
        Assert.True(covered.Count >= 3);
        foreach (var id in covered) Assert.True(await IsKept(again.Http, id), $"Of {covered.Count} decisions the one numbered {covered.IndexOf(id)} is lost.");
        foreach (var id in others) await IsKept(again.Http, id);
        await again.Terminate();
        Directory.Delete(directory, recursive: true);
    }

    private async Task<AppProcess> Started(string directory, int port)
    {
        var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready();
        process.Http.DefaultRequestHeaders.Add("x-api-key", (await File.ReadAllTextAsync(Path.Combine(directory, ".data", "staff.key"))).Trim());
        return process;
    }

    private static async Task Stock(HttpClient http)
    {
        var items = string.Join(',', Enumerable.Range(0, 30).Select(i => $$"""{"id":"i{{i}}","category":"c{{i % 4}}"}"""));
        using var response = await http.PutAsync("/catalog/items", new StringContent($"[{items}]", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>One round after the other, until so much time has counted; each decision with what had by the end of its round.</summary>
    private static async Task<List<(string Id, TimeSpan At)>> Decided(HttpClient http, TimeSpan counted, string name)
    {
        var (answered, now) = (new List<(string, TimeSpan)>(), TimeSpan.Zero);
        while (now < counted)
        {
            var (began, visitor) = (Stopwatch.GetTimestamp(), $"v{answered.Count % 20}");
            var decision = await Post(http, "/decisions/recommendations", $$"""{"visitor":"{{visitor}}"}""", HttpStatusCode.OK);
            await Post(http, "/events", $$"""{"id":"{{name}}-{{answered.Count}}","type":"view","visitor":"{{visitor}}","item":"i{{answered.Count % 30}}","consent":{"personalization":true} }""", HttpStatusCode.Accepted);
            var took = Stopwatch.GetElapsedTime(began);
            now += took < Round ? took : Round;
            answered.Add((decision.GetProperty("decision").GetString()!, now));
        }

        return answered;
    }

    /// <summary>Whether it is there; one that is there has to be the whole decision.</summary>
    private static async Task<bool> IsKept(HttpClient http, string id)
    {
        using var found = await http.GetAsync($"/decisions/{id}");
        if (found.StatusCode == HttpStatusCode.NotFound) return false;
        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal(id, JsonElement.Parse(await found.Content.ReadAsStringAsync()).GetProperty("decision").GetString());
        Assert.True((await Post(http, $"/decisions/{id}/replay", "", HttpStatusCode.OK)).GetProperty("same").GetBoolean());
        return true;
    }

    private static async Task<JsonElement> Post(HttpClient http, string path, string body, HttpStatusCode expected)
    {
        using var response = await http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, answer);
        return JsonElement.Parse(answer);
    }
}
