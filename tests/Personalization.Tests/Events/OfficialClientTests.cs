using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Events;

public sealed class OfficialClientTests
{
    [Fact]
    public async Task The_CloudEvents_SDK_sends_binary_structured_and_batched_events()
    {
        await using var server = await RunningServer.WithoutKeys();
        using var answers = JsonDocument.Parse(await Node.Run("cloudevents.js", [new Uri(server.Http.BaseAddress!, "/events").ToString(), TimeProvider.System.GetUtcNow().ToString("O")]));
        var calls = answers.RootElement.EnumerateArray().ToDictionary(a => a.GetProperty("name").GetString()!, a => (a.GetProperty("status").GetInt32(), Statuses(a)));
        Assert.Equal((202, "accepted"), calls["binary"]);
        Assert.Equal((202, "accepted"), calls["structured"]);
        Assert.Equal((202, "accepted accepted dropped"), calls["batch"]);
        Assert.Equal((202, "duplicate"), calls["resent"]);
        Assert.Equal((202, "accepted"), calls["other source"]);
    }

    private static string Statuses(JsonElement answer) => string.Join(' ', answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetString()));
}
