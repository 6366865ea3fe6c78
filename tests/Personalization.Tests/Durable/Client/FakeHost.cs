using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Storage.Embedded;
using Personalization.Tests.Durable.Hub;

namespace Personalization.Tests.Durable.Client;

/// <summary>
/// The management API of the Durable extension as it was recorded, on a real port, over instances that really run. It is held
/// against the recording before it judges our client.
/// </summary>
internal sealed class FakeHost : IAsyncDisposable
{
    public const string Base = "/runtime/webhooks/durabletask";
    public const string Query = "taskHub=LabHub&connection=Storage&code=FAKE-SYSTEM-KEY%3D%3D";

    private readonly IReadOnlyList<Function> functions;
    private readonly EmbeddedStorage storage;
    private readonly WebApplication web;

    private FakeHost(IReadOnlyList<Function> functions, ManualClock clock)
    {
        this.functions = functions;
        storage = InMemory.Storage(clock);
        World = new(new(functions), storage.Documents, clock);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        web = builder.Build();
        web.Run(Serve);
    }

    public World World { get; }

    public string Address => web.Urls.First();

    /// <summary>What to answer instead; null lets it work.</summary>
    public Func<HttpContext, Task>? Trouble { get; set; }

    public DurableClient Client => new() { TaskHubName = "LabHub", ConnectionName = "Storage", RequiredQueryStringParameters = "code=FAKE-SYSTEM-KEY%3D%3D", HttpBaseUrl = Address + Base };

    public static async Task<FakeHost> Start(IReadOnlyList<Function> functions, ManualClock clock)
    {
        var host = new FakeHost(functions, clock);
        await host.web.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        World.Dispose();
        await storage.DisposeAsync();
    }

    private async Task Serve(HttpContext http)
    {
        if (Trouble is { } trouble)
        {
            await trouble(http);
            return;
        }

        // Its key is checked by the host before the extension sees a call.
        if (http.Request.Query["code"] != "FAKE-SYSTEM-KEY==" || http.Request.Query["taskHub"] != "LabHub") { http.Response.StatusCode = 401; return; }
        var raw = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        string[] path = [.. raw[Base.Length..].Trim('/').Split('/')];
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        await ((http.Request.Method, path) switch
        {
            ("POST", ["orchestrators", var name, var id]) => Begin(http, name, id, body),
            ("POST", ["orchestrators", var name]) => Begin(http, name, "generated", body),
            ("GET", ["instances"]) => List(http),
            ("GET", ["instances", var id]) => Show(http, Uri.UnescapeDataString(id)),
            ("POST", ["instances", var id, "raiseEvent", var name]) => Raise(http, id, Uri.UnescapeDataString(name), body),
            ("POST", ["instances", var id, "terminate" or "suspend" or "resume"]) => Tell(http, id, path[2]),
            ("DELETE", ["instances", var id]) => Purge(http, id),
            _ => Say(http, 404),
        });
    }

    private async Task Begin(HttpContext http, string name, string id, string body)
    {
        // An escaped slash is one to the host's router.
        if (id.Contains("%2F", StringComparison.OrdinalIgnoreCase)) { await Say(http, 404); return; }
        if (body.Length > 0 && !IsJson(body)) { await Message(http, 400, "Invalid JSON content"); return; }
        id = Uri.UnescapeDataString(id);
        if ((await World.Instances.Read(id, default)).Instance is { } there && there.Lives())
        {
            await Message(http, 409, $"An orchestration with id '{id}' already exists. It is in state {there.Status}");
            return;
        }

        await World.Instances.Update(id, _ => InstanceRules.Begin(id, name, body.Length == 0 ? null : body, null, World.Clock.GetUtcNow()), default);
        World.Agenda.Ring(id);
        if (!functions.Any(f => f.Name == name)) await World.Instances.Update(id, i => { TurnTaken.Fail(i!, i!.LastLetter, new(), World.Clock.GetUtcNow()); i!.Output = null; return i; }, default);
        if (http.Request.Query.ContainsKey("timeout"))
        {
            await World.Settle();
            if ((await World.Instances.Read(id, default)).Instance is { Status: OrchestrationStatus.Completed } done) { await Json(http, 200, done.Output); return; }
        }

        http.Response.Headers.Location = Full($"instances/{Uri.EscapeDataString(id)}");
        http.Response.Headers.RetryAfter = "10";
        var self = $"instances/{Uri.EscapeDataString(id)}";
        await Json(http, 202, new JsonObject
        {
            ["id"] = id, ["statusQueryGetUri"] = Full(self), ["sendEventPostUri"] = Full(self + "/raiseEvent/{eventName}"), ["terminatePostUri"] = Full(self + "/terminate?reason={text}"),
            ["purgeHistoryDeleteUri"] = Full(self), ["restartPostUri"] = Full(self + "/restart"), ["suspendPostUri"] = Full(self + "/suspend?reason={text}"), ["resumePostUri"] = Full(self + "/resume?reason={text}"),
        }.ToJsonString());
    }

    private async Task Show(HttpContext http, string id)
    {
        if ((await World.Instances.Read(id, default)).Instance is not { } i) { await Say(http, 404); return; }
        if (i.Lives())
        {
            http.Response.Headers.Location = Full(http.Request.Path.Value![(Base.Length + 1)..] + (http.Request.Query.ContainsKey("showInput") ? "?showInput=false" : ""));
            http.Response.Headers.RetryAfter = "5";
        }

        var failed = i.Status == OrchestrationStatus.Failed && http.Request.Query["returnInternalServerErrorOnFailure"] == "true";
        await Json(http, i.Lives() ? 202 : failed ? 500 : 200, State(i, http.Request.Query["showInput"] != "false").ToJsonString());
    }

    private async Task List(HttpContext http)
    {
        var wanted = http.Request.Query["runtimeStatus"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        var from = int.TryParse(http.Request.Headers["x-ms-continuation-token"], out var token) ? token : 0;
        var top = int.Parse(http.Request.Query["top"].ToString());
        var all = (await World.Instances.All(null, 1000, default)).Items.Select(i => i.Instance!).OrderBy(i => i.Id, StringComparer.Ordinal).Where(i => wanted.Length == 0 || wanted.Contains(i.Status.ToString())).ToList();
        if (all.Count > from + top) http.Response.Headers["x-ms-continuation-token"] = $"{from + top}";
        await Json(http, 200, new JsonArray([.. all.Skip(from).Take(top).Select(i => State(i, false))]).ToJsonString());
    }

    private async Task Raise(HttpContext http, string id, string name, string body)
    {
        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true) { await Message(http, 400, "Only application/json request content is supported"); return; }
        if (!IsJson(body)) { await Message(http, 400, "Invalid JSON content"); return; }
        await Say(http, Status(await World.Workflows.Raise(id, new Signal<JsonElement>(name, Shapes.Default.JsonElement), JsonElement.Parse(body), default)));
    }

    private async Task Tell(HttpContext http, string id, string what)
    {
        var reason = http.Request.Query["reason"].ToString();
        await Say(http, Status(await (what switch
        {
            "terminate" => World.Workflows.Terminate(id, reason, default),
            "suspend" => World.Workflows.Suspend(id, reason, default),
            _ => World.Workflows.Resume(id, reason, default),
        })));
    }

    private async Task Purge(HttpContext http, string id)
    {
        var state = (await World.Instances.Read(id, default)).Instance;
        await (await World.Workflows.Purge(id, default) switch
        {
            Told.Done => Json(http, 200, "{\"instancesDeleted\":1}"),
            Told.Unknown => Say(http, 404),
            _ => Json(http, 412, JsonSerializer.Serialize($"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID {id} has status {state!.Status}")),
        });
    }

    private JsonObject State(Instance i, bool input) => new()
    {
        ["name"] = i.Name, ["instanceId"] = i.Id, ["runtimeStatus"] = i.Status.ToString(),
        ["input"] = input && i.Past.Concat(i.Inbox).FirstOrDefault(e => e.ExecutionStarted is not null)?.ExecutionStarted.Input is { } text ? JsonNode.Parse(text) : null,
        ["customStatus"] = i.CustomStatus is null ? null : JsonNode.Parse(i.CustomStatus),
        ["output"] = Output(i), ["createdTime"] = Time(i.Created), ["lastUpdatedTime"] = Time(i.Updated),
    };

    private JsonNode? Output(Instance i) => i switch
    {
        { Status: OrchestrationStatus.Failed, Output: null } => new JsonObject { ["message"] = $"The function '{i.Name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: {string.Join(", ", functions.Select(f => $"'{f.Name}'").Order(StringComparer.Ordinal))}.", ["details"] = null },
        { Output: null } => null,
        { Status: OrchestrationStatus.Completed } => JsonNode.Parse(i.Output),
        _ => JsonValue.Create(i.Output),
    };

    private string Full(string path) => $"{Address}{Base}/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Query}";

    private static int Status(Told told) => told switch { Told.Done => 202, Told.Unknown => 404, _ => 410 };

    private static string Time(Google.Protobuf.WellKnownTypes.Timestamp time) => time.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ssZ");

    private static bool IsJson(string text)
    {
        try { JsonElement.Parse(text); }
        catch (JsonException) { return false; }
        return true;
    }

    private static Task Message(HttpContext http, int status, string text) => Json(http, status, new JsonObject { ["Message"] = text }.ToJsonString());

    private static Task Json(HttpContext http, int status, string? text)
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, "application/json; charset=utf-8");
        return http.Response.WriteAsync(text ?? "null");
    }

    private static Task Say(HttpContext http, int status)
    {
        (http.Response.StatusCode, http.Response.ContentLength) = (status, 0);
        return Task.CompletedTask;
    }
}
