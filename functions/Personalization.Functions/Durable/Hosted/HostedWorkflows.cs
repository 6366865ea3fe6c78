using System.Net;
using System.Text;
using System.Text.Json;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hosted;

/// <summary>Instances where the Functions host runs them, over its management API. Each call goes where the client that came with the function's call says.</summary>
internal sealed class HostedWorkflows(HttpClient http) : IWorkflows
{
    private const string Continuation = "x-ms-continuation-token";

    public async ValueTask<bool> Start<TIn, TOut>(Workflow<TIn, TOut> workflow, string instance, TIn input, CancellationToken stop)
    {
        InstanceId.Require(instance);
        var body = VersionedInput.Write(workflow.Programs.Count, JsonSerializer.Serialize(input, workflow.In));
        using var answer = await Call(HttpMethod.Post, $"orchestrators/{workflow.Name}/{instance}", body, stop);
        return answer.StatusCode switch
        {
            HttpStatusCode.Accepted => true,
            HttpStatusCode.Conflict => false,
            _ => throw Unexpected(answer),
        };
    }

    public async ValueTask<InstanceState?> Find(string instance, CancellationToken stop)
    {
        using var answer = await Call(HttpMethod.Get, $"instances/{Uri.EscapeDataString(instance)}?showInput=false", null, stop);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Accepted)) throw Unexpected(answer);
        return (await Read(answer, Json.Default.HostedInstance, stop)).State();
    }

    public async ValueTask<Page<InstanceState>> List(IReadOnlyCollection<RunStatus> statuses, string? next, int max, CancellationToken stop)
    {
        var only = statuses.Count == 0 ? "" : "&runtimeStatus=" + string.Join(',', statuses);
        using var answer = await Call(HttpMethod.Get, $"instances?showInput=false&top={max}{only}", null, stop, next);
        if (answer.StatusCode != HttpStatusCode.OK) throw Unexpected(answer);
        var more = answer.Headers.TryGetValues(Continuation, out var tokens) ? tokens.FirstOrDefault() : null;
        return new([.. (await Read(answer, Json.Default.IReadOnlyListHostedInstance, stop)).Select(i => i.State())], string.IsNullOrEmpty(more) ? null : more);
    }

    public ValueTask<Told> Raise<T>(string instance, Signal<T> signal, T data, CancellationToken stop) =>
        Tell(HttpMethod.Post, $"instances/{Uri.EscapeDataString(instance)}/raiseEvent/{Uri.EscapeDataString(signal.Name)}", JsonSerializer.Serialize(data, signal.Type), stop);

    public ValueTask<Told> Terminate(string instance, string reason, CancellationToken stop) => Tell(instance, "terminate", reason, stop);

    public ValueTask<Told> Suspend(string instance, string reason, CancellationToken stop) => Tell(instance, "suspend", reason, stop);

    public ValueTask<Told> Resume(string instance, string reason, CancellationToken stop) => Tell(instance, "resume", reason, stop);

    public ValueTask<Told> Purge(string instance, CancellationToken stop) => Tell(HttpMethod.Delete, $"instances/{Uri.EscapeDataString(instance)}", null, stop);

    private ValueTask<Told> Tell(string instance, string what, string reason, CancellationToken stop) =>
        Tell(HttpMethod.Post, $"instances/{Uri.EscapeDataString(instance)}/{what}?reason={Uri.EscapeDataString(InstanceId.Reason(reason))}", null, stop);

    private async ValueTask<Told> Tell(HttpMethod method, string path, string? body, CancellationToken stop)
    {
        using var answer = await Call(method, path, body, stop);
        return answer.StatusCode switch
        {
            HttpStatusCode.Accepted or HttpStatusCode.OK => Told.Done,
            HttpStatusCode.NotFound => Told.Unknown,
            HttpStatusCode.Gone or HttpStatusCode.PreconditionFailed => Told.Ended,
            _ => throw Unexpected(answer),
        };
    }

    private async ValueTask<HttpResponseMessage> Call(HttpMethod method, string path, string? body, CancellationToken stop, string? next = null)
    {
        using var request = new HttpRequestMessage(method, Address(path));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (next is not null) request.Headers.TryAddWithoutValidation(Continuation, next);
        try { return await http.SendAsync(request, stop); }
        // Neither may be told as it is: the address of a call holds the host's key.
        catch (HttpRequestException) { throw new StoreUnavailableException("workflows", Status.Unavailable); }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested) { throw new StoreUnavailableException("workflows", Status.Unavailable); }
    }

    private static Uri Address(string path)
    {
        var client = DurableClient.OfCall ?? throw new InvalidOperationException("A function that starts or tells workflows must declare the durable client in the function table; under the host there is no other way to them.");
        if (client.HttpBaseUrl is not { } root) throw new InvalidOperationException("The host's durable client names no HTTP address.");
        var query = new[] { Named("taskHub", client.TaskHubName), Named("connection", client.ConnectionName), client.RequiredQueryStringParameters };
        return new($"{root.TrimEnd('/')}/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', query.Where(q => !string.IsNullOrEmpty(q)))}");
    }

    private static string? Named(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";

    private static async ValueTask<T> Read<T>(HttpResponseMessage answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken stop)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(stop);
            return await JsonSerializer.DeserializeAsync(body, type, stop) ?? throw new JsonException();
        }
        catch (JsonException) { throw new StoreUnavailableException("workflows", Status.Unavailable); }
    }

    private static StoreUnavailableException Unexpected(HttpResponseMessage answer) =>
        new("workflows", answer.StatusCode == HttpStatusCode.TooManyRequests ? Status.Throttled : Status.Unavailable);
}
