using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Personalization.Tests.Azure.Fakes;

/// <summary>A key vault from its REST documentation: versions, soft delete that takes a moment, purge, and the challenge before the first call.</summary>
internal sealed class FakeVault
{
    private readonly Dictionary<string, List<string>> versions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> deleting = new(StringComparer.OrdinalIgnoreCase);
    private int count;

    public FakeVault() => Wire = new Wire(async (request, stop) => Answer(request, request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(stop))));

    public static Uri Address { get; } = new("https://fake.vault.azure.net/");

    public Wire Wire { get; }

    public bool PurgeProtected { get; init; }

    public Func<HttpResponseMessage?> Trouble { get; set; } = () => null;

    public bool StillHas(string name) => versions.ContainsKey(name);

    private HttpResponseMessage Answer(HttpRequestMessage request, JsonNode? body)
    {
        if (request.Headers.Authorization is null)
            return Wire.Say(HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\""));
        if (Trouble() is { } trouble) return trouble;
        return (request.Method.Method, request.RequestUri!.AbsolutePath.Trim('/').Split('/')) switch
        {
            ("PUT", ["secrets", var name]) => Set(name, body!["value"]!.GetValue<string>()),
            ("GET", ["secrets", var name]) => Get(name),
            ("DELETE", ["secrets", var name]) => Delete(name),
            ("GET", ["deletedsecrets", var name]) => Deleted(name),
            ("DELETE", ["deletedsecrets", var name]) => Purge(name),
            _ => Wire.Say(HttpStatusCode.BadRequest),
        };
    }

    private HttpResponseMessage Set(string name, string value)
    {
        if (deleting.ContainsKey(name)) return Error(HttpStatusCode.Conflict, "ObjectIsDeletedButRecoverable");
        if (!versions.TryGetValue(name, out var all)) versions[name] = all = [];
        all.Add(value);
        count++;
        return Bundle(name, value);
    }

    private HttpResponseMessage Get(string name) =>
        versions.TryGetValue(name, out var all) && !deleting.ContainsKey(name) ? Bundle(name, all[^1]) : Error(HttpStatusCode.NotFound, "SecretNotFound");

    private HttpResponseMessage Delete(string name)
    {
        if (!versions.ContainsKey(name) || deleting.ContainsKey(name)) return Error(HttpStatusCode.NotFound, "SecretNotFound");
        deleting[name] = 2;
        return Bundle(name, null);
    }

    // The deleted secret shows up only when it has been asked for twice.
    private HttpResponseMessage Deleted(string name) =>
        deleting.TryGetValue(name, out var left) && (deleting[name] = left - 1) <= 0 ? Bundle(name, null) : Error(HttpStatusCode.NotFound, "SecretNotFound");

    private HttpResponseMessage Purge(string name)
    {
        if (PurgeProtected) return Error(HttpStatusCode.Forbidden, "Forbidden");
        versions.Remove(name);
        deleting.Remove(name);
        return Wire.Say(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Bundle(string name, string? value) => Json(HttpStatusCode.OK, new JsonObject
    {
        ["value"] = value,
        ["id"] = $"{Address}secrets/{name}/{count.ToString("x32", CultureInfo.InvariantCulture)}",
        ["recoveryId"] = $"{Address}deletedsecrets/{name}",
        ["attributes"] = new JsonObject { ["enabled"] = true, ["created"] = 1, ["updated"] = 1, ["recoveryLevel"] = "Recoverable+Purgeable" },
    });

    private static HttpResponseMessage Error(HttpStatusCode status, string code) =>
        Json(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = code } });

    private static HttpResponseMessage Json(HttpStatusCode status, JsonObject body) =>
        new(status) { Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
}
