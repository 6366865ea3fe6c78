using Azure.Core;
using Azure.Core.Pipeline;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure.Emulators;

/// <summary>A running Azurite and what infra would have made in it.</summary>
public sealed class StorageEmulator(Uri blobs, Uri tables)
{
    // The account every Azurite is shipped with; it opens nothing else.
    internal const string Account = "devstoreaccount1";
    internal const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public StorageOptions Options { get; } = new() { Blobs = new(blobs, Account), Tables = new(tables, Account), Account = Account, Key = Key };

    internal RestService Blobs(HttpPipelineTransport? transport = null, TimeProvider? clock = null) =>
        StorageAccount.Blobs(Options, new NoIdentity(), clock ?? TimeProvider.System, transport);

    internal RestService Tables(HttpPipelineTransport? transport = null, TimeProvider? clock = null) =>
        StorageAccount.Tables(Options, new NoIdentity(), clock ?? TimeProvider.System, transport);

    internal async Task Create(StoreRegistry stores)
    {
        foreach (var store in stores.All)
        {
            if (store.Kind == StoreKind.Blobs) Assert.Equal(201, await Blobs().Probe($"/{store.Name}?restype=container", NewContainer, default));
            if (store.Kind == StoreKind.Ledger) Assert.Equal(204, await Tables().Probe("/Tables", r => NewTable(r, store.Name), default));
        }
    }

    private static void NewContainer(Request request)
    {
        StorageAccount.Shape(request, RequestMethod.Put);
        request.Headers.SetValue("Content-Length", "0");
        request.Content = RequestContent.Create(Array.Empty<byte>());
    }

    private static void NewTable(Request request, string name)
    {
        StorageAccount.Shape(request, RequestMethod.Post);
        request.Headers.SetValue("Accept", "application/json;odata=nometadata");
        request.Headers.SetValue("Prefer", "return-no-content");
        request.Headers.SetValue("Content-Type", "application/json");
        request.Content = RequestContent.Create(Declared.Utf8($$"""{"TableName":"{{name}}"}"""));
    }
}
