using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Hosting;
using Personalization.Tests.Durable.Execution;

namespace Personalization.Tests.Durable.Client;

/// <summary>The fake answers every call that was recorded from the real extension as that did.</summary>
public sealed partial class FakeHostTests
{
    [Fact]
    public async Task Answers_as_was_recorded()
    {
        await using var host = await FakeHost.Start([Named("Quick", (_, _) => Task.FromResult<string?>("\"Hello, x!\"")), Named("WaitForever", Waits), Named("Thrower", (_, _) => throw new InvalidOperationException("bad day"))], new ManualClock());
        using var http = new HttpClient();
        using var recorded = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Durable", "management-api.json")));
        var compared = 0;
        foreach (var call in recorded.RootElement.GetProperty("calls").EnumerateArray())
        {
            var (note, method, path) = (Text(call, "note")!, Text(call, "method")!, Text(call, "path")!);
            // What our client does not call: a purge by filter and rewinding, which the recorded store could not do either.
            if (path.Contains("rewind", StringComparison.Ordinal) || path.StartsWith("/instances?", StringComparison.Ordinal)) continue;
            using var request = new HttpRequestMessage(new(method), $"{host.Address}{FakeHost.Base}{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{FakeHost.Query}");
            if (Text(call, "requestBody") is { } body) request.Content = new StringContent(body, Encoding.UTF8, note.Contains("text/plain", StringComparison.Ordinal) ? "text/plain" : "application/json");
            var answer = await http.SendAsync(request);
            Assert.True((int)answer.StatusCode == call.GetProperty("status").GetInt32(), $"{note}: {(int)answer.StatusCode}");
            Same(note, Text(call, "body")!, await answer.Content.ReadAsStringAsync(), host.Address);
            if (call.TryGetProperty("headers", out var headers) && headers.TryGetProperty("Location", out var location)) Assert.Equal(Plain(location.GetString()!, host.Address), Plain(answer.Headers.Location!.OriginalString, host.Address));
            await host.World.Settle();
            compared++;
        }

        Assert.True(compared > 30);
    }

    private static Function Named(string name, RawProgram program) => new(name, new Trigger.Orchestration((request, _) => new(Turn.Take(request, program))));

    private static async Task<string?> Waits(Replay run, string? input)
    {
        run.Status(JsonElement.Parse("{\"phase\":\"waiting\"}"), Shapes.Default.JsonElement);
        return await run.WaitFor("Never");
    }

    private static void Same(string note, string expected, string actual, string address)
    {
        if (expected.Length == 0) { Assert.Equal("", actual); return; }
        var (e, a) = (JsonElement.Parse(Plain(expected, address)), JsonElement.Parse(Plain(actual, address)));
        // Exceptions and stacks are the recording's own.
        if (e.ValueKind == JsonValueKind.Object && e.TryGetProperty("Message", out var message)) Assert.Equal(message.GetString(), a.GetProperty("Message").GetString());
        else Assert.True(JsonElement.DeepEquals(e, a), $"{note}:\n{a}\ninstead of\n{e}");
    }

    private static string Plain(string text, string address) =>
        Moment().Replace(text.Replace("https://contoso-func.azurewebsites.net", address, StringComparison.Ordinal), "\"${name}\":\"a moment\"").Replace("/instances/generated", "/instances/q", StringComparison.Ordinal);

    private static string? Text(JsonElement call, string name) => call.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex("\"(?<name>createdTime|lastUpdatedTime)\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Moment();
}
