using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// Calls one Azure service whose client library is not to be had here, over the pipeline those libraries are built on.
/// Nothing is repeated here: a lost answer is told as such, because only the caller knows whether asking again is safe.
/// </summary>
internal sealed class RestService(Uri address, TimeSpan deadline, TimeProvider clock, HttpPipelinePolicy authorization, HttpPipelineTransport? transport = null)
{
    private readonly HttpPipeline pipeline = HttpPipelineBuilder.Build(new Options(transport), authorization);

    /// <param name="store">Whose call this is, for the metrics.</param>
    /// <param name="operation">What it does, for the metrics.</param>
    /// <param name="shape">Method, headers and body.</param>
    /// <param name="path">What follows the service's address, escaped.</param>
    /// <param name="read">What a successful answer says.</param>
    /// <param name="stop">Gives up waiting.</param>
    public ValueTask<Outcome<T>> Send<T>(
        Store store, string operation, string path, Action<Request> shape, Func<Response, Outcome<T>> read, CancellationToken stop) =>
        Deadline.Within(deadline, clock, cut => Call(store.Name, operation, path, shape, read, cut), stop);

    /// <summary>The answer's status and nothing else, for the check at start; 0 where there is no answer.</summary>
    public async Task<int> Probe(string path, Action<Request> shape, CancellationToken stop)
    {
        var probed = await Deadline.Within(deadline, clock, async cut =>
        {
            using var message = Message(path, shape);
            await pipeline.SendAsync(message, cut);
            return Outcome.Ok(message.Response.Status);
        }, stop);
        return probed.Value;
    }

    /// <summary>The account's own address with a path behind it; the emulator's address has the account's name in its path.</summary>
    public static Uri Combine(Uri address, string path) => new(address.AbsoluteUri.TrimEnd('/') + path);

    private async Task<Outcome<T>> Call<T>(
        string store, string operation, string path, Action<Request> shape, Func<Response, Outcome<T>> read, CancellationToken cut)
    {
        var (outcome, status) = (Outcome.Failed<T>(Status.Unavailable), 0);
        try
        {
            using var message = Message(path, shape);
            await pipeline.SendAsync(message, cut);
            status = message.Response.Status;
            outcome = Judge(message.Response, read);
            return outcome;
        }
        finally
        {
            StoreMetrics.Called(store, operation, outcome.Status, status);
        }
    }

    private HttpMessage Message(string path, Action<Request> shape)
    {
        var message = pipeline.CreateMessage();
        message.Request.Uri.Reset(Combine(address, path));
        message.Request.Headers.SetValue("x-ms-date", clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture));
        shape(message.Request);
        return message;
    }

    private static Outcome<T> Judge<T>(Response answer, Func<Response, Outcome<T>> read) => answer.Status switch
    {
        >= 200 and < 300 => read(answer),
        404 when !LacksItsContainer(answer) => Outcome.Failed<T>(Status.NotFound),
        409 or 412 => Outcome.Failed<T>(Status.Conflict),
        413 => Outcome.Failed<T>(Status.TooLarge),
        429 or 503 => Outcome.Throttled<T>(RetryAfter(answer)),
        _ => Outcome.Failed<T>(Status.Unavailable),
    };

    // An entry that is not there and a store that is not there are both 404; only the first may count as "nothing is kept".
    private static bool LacksItsContainer(Response answer) =>
        answer.Headers.TryGetValue("x-ms-error-code", out var code)
            ? code is "ContainerNotFound" or "TableNotFound"
            : answer.Content.ToString().Contains("TableNotFound", StringComparison.Ordinal);

    internal static TimeSpan RetryAfter(Response answer)
    {
        if (Number(answer, "x-ms-retry-after-ms") is { } ms) return TimeSpan.FromMilliseconds(ms);
        if (Number(answer, "retry-after-ms") is { } also) return TimeSpan.FromMilliseconds(also);
        return TimeSpan.FromSeconds(Number(answer, "Retry-After") ?? 1);
    }

    private static double? Number(Response answer, string header) =>
        answer.Headers.TryGetValue(header, out var text) && double.TryParse(text, out var value) && value > 0 ? value : null;

    private sealed class Options : ClientOptions
    {
        public Options(HttpPipelineTransport? transport)
        {
            if (transport is not null) Transport = transport;
            Retry.MaxRetries = 0;
            // Addresses and headers carry keys of entries.
            Diagnostics.IsLoggingEnabled = false;
            Diagnostics.IsDistributedTracingEnabled = false;
            Diagnostics.ApplicationId = "personalization";
        }
    }
}
