using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Personalization.Tests.Hosting.Published;

/// <summary>The published executable, started, called, killed and started again as the Functions host does it.</summary>
[Collection(nameof(PublishedApp))]
public sealed class UnderTheHostTests(PublishedApp app)
{
    [Fact]
    public async Task Serves_frames_of_its_functions_is_killed_and_serves_again()
    {
        for (var round = 0; round < 2; round++)
        {
            using var process = await AppProcess.UnderTheHost(app, RunningServer.FreePort()).Ready();
            await Succeeds(process, "/FeaturizeEvents", Delivery());
            // Delivered again, as after a lost checkpoint.
            await Succeeds(process, "/FeaturizeEvents", Delivery());
            await Succeeds(process, "/RankPopularity", Recorded("e15-timer-without-monitor"));
            Assert.Equal(HttpStatusCode.OK, (await process.Http.GetAsync("/health/ready")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await process.Http.PostAsync("/events", new StringContent("{}", Encoding.UTF8, "application/json"))).StatusCode);
            process.Kill();
            Assert.NotEqual(0, await process.Exit());
        }
    }

    [Fact]
    public async Task Never_ends_with_exit_code_0_which_the_host_would_not_restart()
    {
        using var process = await AppProcess.UnderTheHost(app, RunningServer.FreePort()).Ready();
        Assert.Equal(200, await process.Terminate());
    }

    private static async Task Succeeds(AppProcess process, string path, string frame)
    {
        var response = await process.Http.PostAsync(path, new StringContent(frame, Encoding.UTF8, "application/json"));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse(body).ValueKind);
    }

    private static string Recorded(string id) => Vector.Load("envelopes", id)["request"].GetProperty("bodyText").GetString()!;

    /// <summary>The recorded batch of three with two of our events and one that is none.</summary>
    private static string Delivery()
    {
        static string Event(string subject) => $$"""{"subject":"{{subject}}","type":"view","at":"2026-03-14T15:09:26Z","items":["boot"]}""";
        var frame = JsonNode.Parse(Recorded("e04-eventhub-batch-string"))!;
        frame["Data"]!["events"] = JsonSerializer.Serialize(new[] { Event(new string('a', 32)), Event(new string('b', 32)), "not json, just text" });
        return frame.ToJsonString();
    }
}
