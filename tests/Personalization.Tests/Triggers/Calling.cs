using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Triggers;

/// <summary>Calls of a running server under the key of a role.</summary>
internal static class Calling
{
    public static readonly (string Name, string Key)[] Roles =
    [
        ("frontend", RunningServer.FrontendKey), ("marketer", RunningServer.MarketerKey), ("compliance", RunningServer.ComplianceKey), ("operator", RunningServer.OperatorKey),
    ];

    public static async Task<JsonElement> Call(this RunningServer server, string key, string method, string path, string? body = null, HttpStatusCode expected = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", key);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Who may call this, by what is answered to each role's key.</summary>
    public static async Task<IReadOnlyList<string>> AllowedTo(this RunningServer server, string method, string path, string? body = null)
    {
        var allowed = new List<string>();
        foreach (var (name, key) in Roles)
        {
            using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Add("x-api-key", key);
            using var response = await server.Http.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.Forbidden || (await response.Content.ReadAsStringAsync()).Contains(":no-consent", StringComparison.Ordinal)) allowed.Add(name);
        }

        return allowed;
    }

    /// <summary>Waits until so many events have had their effect since the start.</summary>
    public static async Task Applied(this RunningServer server, long events)
    {
        while (server.Parts.Featurizer.Applied < events) await Task.Yield();
    }

    public static Task<JsonElement> Stock(this RunningServer server, params (string Id, string Category)[] items) =>
        server.Call(RunningServer.MarketerKey, "PUT", "/catalog/items", JsonSerializer.Serialize(items.Select(i => new { id = i.Id, category = i.Category })));

    public static Task<JsonElement> Send(this RunningServer server, params string[] events) =>
        server.Call(RunningServer.FrontendKey, "POST", "/events", "[" + string.Join(',', events) + "]", HttpStatusCode.Accepted);
}
