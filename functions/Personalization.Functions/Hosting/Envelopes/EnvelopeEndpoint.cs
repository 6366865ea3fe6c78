using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Observability;

namespace Personalization.Functions.Hosting.Envelopes;

/// <summary>
/// Answers the host's envelope posts. Anything but success is a non-2xx status, so that the host retries what its
/// policy says; the reason phrase is the only text of a failure that reaches its logs.
/// </summary>
internal sealed class EnvelopeEndpoint(HttpEndpoint http, Invocations invocations, HostingMode mode, HttpOptions options)
{
    public async Task Serve(HttpContext context, Function function)
    {
        if (!FromHost(context)) { await Problem.NoSuchPath.ExecuteAsync(context); return; }
        try
        {
            using var body = await RequestBody.ReadAll(context.Request, options.MaxEnvelopeBytes);
            using var envelope = Envelope.Parse(body.Memory);
            await Invoke(context, function, envelope);
        }
        catch (EnvelopeException e) { await Problem.NotAnEnvelope(e.Message).ExecuteAsync(context); }
        catch (RefusedException e) { await e.Problem.ExecuteAsync(context); }
    }

    // A forwarded public call carries the public host name; only the host itself calls us by our own address.
    private bool FromHost(HttpContext context) =>
        mode.Port is { } port && context.Request.Host.Port == port && context.Request.Host.Host is "127.0.0.1" or "localhost";

    private async Task Invoke(HttpContext context, Function function, Envelope envelope)
    {
        var logs = InvocationLogs.Begin();
        var stop = context.RequestAborted;
        EnvelopeReply? reply = null;
        var failure = await invocations.Run(function.Name, context.Request.Headers, async () => reply = function.Trigger switch
        {
            Trigger.Http h => await ServeHttp(context, function, h, envelope, logs),
            Trigger.Events e => await Completed(e.Handle(EnvelopedEvents.Read(envelope, e.Hub.Name), stop), logs),
            Trigger.Timer t => await Tick(t, envelope, logs, stop),
            Trigger.Warmup w => await Completed(w.Handle(stop), logs),
            Trigger.Orchestration o => await Turn(o, envelope, logs, stop),
            Trigger.Activity a => await Act(a, envelope, logs, stop),
            _ => throw new InvalidOperationException("A new kind of trigger needs its dispatch."),
        });
        if (failure is null) await Answer.Json(200, reply! with { Logs = InvocationLogs.Taken(logs) }, Json.Default.EnvelopeReply).ExecuteAsync(context);
        else
        {
            InvocationLogs.Spill(logs);
            await Fail(context, failure);
        }
    }

    private async ValueTask<EnvelopeReply> ServeHttp(HttpContext outer, Function function, Trigger.Http trigger, Envelope envelope, IReadOnlyList<string> logs)
    {
        var inner = EnvelopedHttp.Read(envelope, outer.RequestServices, outer.RequestAborted);
        inner.Connection.RemoteIpAddress = outer.Connection.RemoteIpAddress;
        if (trigger.DurableClient) inner.Features.Set(OfCall(envelope));
        await http.Serve(inner, function, trigger);
        return EnvelopeReply.Http(EnvelopedHttp.Write(inner), logs);
    }

    // Set in the caller's method, so that it holds for what is called from there and is gone after.
    private static DurableClient? OfCall(Envelope envelope) => DurableClient.OfCall = EnvelopedHttp.ReadClient(envelope);

    private static async ValueTask<EnvelopeReply> Tick(Trigger.Timer t, Envelope envelope, IReadOnlyList<string> logs, CancellationToken stop)
    {
        if (t.DurableClient) OfCall(envelope);
        return await Completed(t.Handle(EnvelopedTimer.Read(envelope), stop), logs);
    }

    private static async ValueTask<EnvelopeReply> Completed(ValueTask work, IReadOnlyList<string> logs)
    {
        await work;
        return EnvelopeReply.Done(logs);
    }

    private static async ValueTask<EnvelopeReply> Turn(Trigger.Orchestration o, Envelope envelope, IReadOnlyList<string> logs, CancellationToken stop)
    {
        var request = envelope.Value(BindingNames.Context);
        if (request.ValueKind != JsonValueKind.String) throw new EnvelopeException("the context is no text");
        var answer = await o.Handle(Envelope.Text(request), stop);
        return EnvelopeReply.Returned(JsonSerializer.SerializeToElement(answer, Json.Default.String), logs);
    }

    private static async ValueTask<EnvelopeReply> Act(Trigger.Activity a, Envelope envelope, IReadOnlyList<string> logs, CancellationToken stop)
    {
        if (a.DurableClient) OfCall(envelope);
        var input = envelope.Value(BindingNames.Input);
        var result = await a.Handle(input.ValueKind == JsonValueKind.String ? Envelope.Text(input) : null, stop);
        return EnvelopeReply.Returned(result is null ? null : JsonElement.Parse(result), logs);
    }

    private static async Task Fail(HttpContext context, Exception failure)
    {
        if (failure is EnvelopeException bad) { await Problem.NotAnEnvelope(bad.Message).ExecuteAsync(context); return; }
        var problem = Problem.Of(failure);
        if (context.Features.Get<IHttpResponseFeature>() is { } response) response.ReasonPhrase = problem.Title;
        await problem.ExecuteAsync(context);
    }
}
