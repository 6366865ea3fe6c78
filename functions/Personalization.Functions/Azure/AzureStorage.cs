using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>The storage contracts on Azure; one per process.</summary>
public sealed class AzureStorage : IAsyncDisposable
{
    private readonly CosmosDocuments documents;
    private readonly TableLedger ledger;
    private readonly BlobStore blobs;
    private readonly EventHubPublisher stream;

    public AzureStorage(AzureStorageOptions options, StoreRegistry stores, TimeProvider clock)
    {
        var identity = AzureIdentity.Of(options.ClientId);
        documents = new(stores, options.Cosmos, identity, clock);
        Documents = new SharedReads(documents, clock);
        ledger = new(stores, options.Storage, identity, clock);
        blobs = new(stores, options.Storage, identity, clock);
        stream = new(stores, options.EventHubs, identity, clock);
        Secrets = new KeyVaultSecrets(options.KeyVault, identity, clock);
    }

    public IDocuments Documents { get; }

    public ILedger Ledger => ledger;

    public IBlobs Blobs => blobs;

    public IStream Stream => stream;

    public ISecrets Secrets { get; }

    /// <summary>What infra left out or set up differently, all of it, in words for the operator. Asked once at start.</summary>
    public async Task<IReadOnlyList<string>> Faults(CancellationToken stop)
    {
        var faults = await Task.WhenAll(documents.Faults(stop), ledger.Faults(stop), blobs.Faults(stop));
        return [.. faults.SelectMany(f => f)];
    }

    /// <summary>Call it once nothing is asked of the stores any more; what still waits to be published is answered as unavailable.</summary>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        documents.Dispose();
    }
}
