using Azure.Core;
using Azure.Core.Pipeline;

namespace Personalization.Functions.Azure;

/// <summary>The blob and the table service of one storage account.</summary>
internal static class StorageAccount
{
    // Both services, and Azurite, speak this version; it is the first in which tables take identity tokens.
    private const string Version = "2020-12-06";

    public static RestService Blobs(StorageOptions options, TokenCredential identity, TimeProvider clock, HttpPipelineTransport? transport = null) =>
        new(options.Blobs, options.BlobDeadline, clock, Authorization(options, identity, tables: false), transport);

    public static RestService Tables(StorageOptions options, TokenCredential identity, TimeProvider clock, HttpPipelineTransport? transport = null) =>
        new(options.Tables, options.Deadline, clock, Authorization(options, identity, tables: true), transport);

    /// <summary>What every call of either service says.</summary>
    public static void Shape(Request request, RequestMethod method)
    {
        request.Method = method;
        request.Headers.SetValue("x-ms-version", Version);
    }

    private static HttpPipelinePolicy Authorization(StorageOptions options, TokenCredential identity, bool tables) =>
        options is { Account: { } account, Key: { } key }
            ? new SharedKey(account, key, tables)
            : new BearerTokenAuthenticationPolicy(identity, "https://storage.azure.com/.default");
}
