using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Functions.Hosting.Http;
using Personalization.Storage;

namespace Personalization.Tests.Hosting;

/// <summary>The functions for which frames were recorded. Each keeps what reached it.</summary>
internal sealed class RecordedFunctions
{
    public FunctionTable Table { get; }

    public SeenHttp? Http { get; private set; }
    public Delivery? Delivery { get; private set; }
    public TimerRun? Timer { get; private set; }
    public string? Orchestration { get; private set; }
    public (bool Called, string? Input) Activity { get; private set; }

    /// <summary>What HTTP functions answer.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = static http => http.Response.WriteAsync("{}");

    /// <summary>What HTTP functions do with the request before they look at it.</summary>
    public Func<HttpContext, Task> Read { get; set; } = static _ => Task.CompletedTask;

    /// <summary>What orchestrations and activities return.</summary>
    public string Result { get; set; } = "\"done\"";

    public RecordedFunctions() => Table = new(
    [
        new("GetThing", new Trigger.Http(["GET", "PUT"], "api/things/{category}/{id?}", Roles.Anyone, See)),
        new("StartOrder", new Trigger.Http(["POST"], "api/orders/{orderId:int}/start", Roles.Anyone, See, DurableClient: true)),
        .. new[] { "IngestStrings", "IngestJson", "IngestBinary", "IngestOne", "IngestRetry" }.Select(n => new Function(n, new Trigger.Events(StreamedEvent.Hub, See))),
        new("Nightly", new Trigger.Timer("0 0 3 * * *", (run, _) => { Timer = run; return default; })),
        new("Orchestrate", new Trigger.Orchestration((request, _) => { Orchestration = request; return new(Result); })),
        new("DoWork", new Trigger.Activity((input, _) => { Activity = (true, input); return new(Result); })),
    ]);

    private ValueTask See(Delivery delivery, CancellationToken stop)
    {
        Delivery = delivery;
        return default;
    }

    private async ValueTask<IResult> See(HttpContext http)
    {
        await Read(http);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Http = new(
            http.Request.Method, http.Request.Path + http.Request.QueryString, http.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            http.Request.RouteValues.ToDictionary(v => v.Key, v => (string?)v.Value), body.ToArray(),
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()), http.Features.Get<DurableClient>());
        return new Written(Answer);
    }

    private sealed class Written(Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
    }
}

internal sealed record SeenHttp(
    string Method, string Target, Dictionary<string, string> Query, Dictionary<string, string?> Params, byte[] Body,
    Dictionary<string, string> Headers, DurableClient? Client);
