using Azure.Core;
using Microsoft.Azure.Cosmos;

namespace Personalization.Functions.Azure;

/// <summary>The one Cosmos client of the process.</summary>
internal static class CosmosAccount
{
    /// <param name="options">Valid ones.</param>
    /// <param name="identity">Who signs in where no key is configured.</param>
    /// <param name="gateway">Replaces the connection in gateway mode; tests trust an emulator's certificate or inject faults with it.</param>
    public static CosmosClient Open(CosmosOptions options, TokenCredential identity, HttpMessageHandler? gateway = null)
    {
        var how = Options(options);
        if (gateway is not null) how.HttpClientFactory = () => new HttpClient(gateway, disposeHandler: false);
        return options.Key is { } key
            ? new CosmosClient(options.Endpoint.AbsoluteUri, key, how)
            : new CosmosClient(options.Endpoint.AbsoluteUri, identity, how);
    }

    private static CosmosClientOptions Options(CosmosOptions options)
    {
        var how = new CosmosClientOptions
        {
            ApplicationName = "personalization",
            ConnectionMode = options.Gateway ? ConnectionMode.Gateway : ConnectionMode.Direct,
            LimitToEndpoint = options.Gateway && options.Regions.Count == 0,
            MaxRetryAttemptsOnRateLimitedRequests = options.ThrottleRetries,
            MaxRetryWaitTimeOnRateLimitedRequests = options.ThrottleWait,
            RequestTimeout = options.Deadline,
            EnableContentResponseOnWrite = false,
            // Traces of single calls would carry keys.
            CosmosClientTelemetryOptions = new() { DisableDistributedTracing = true, DisableSendingMetricsToService = true },
        };
        if (options.Regions.Count > 0) how.ApplicationPreferredRegions = options.Regions;
        return how;
    }
}
