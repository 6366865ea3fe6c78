using Personalization.Functions.Azure;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Functions.Hosting;

/// <summary>Where this process keeps its state: the storage contracts, embedded or in Azure, and the salts by which people are recognized.</summary>
internal sealed record State(
    IDocuments Documents, ILedger Ledger, IStream Stream, IBlobs Blobs, ISecrets Secrets, Salts Salts, EmbeddedStorage? Embedded, IAsyncDisposable Owner) : IAsyncDisposable
{

    /// <exception cref="StorageStartException">The directory is taken, damaged or cannot be written.</exception>
    /// <exception cref="StateException">A secret or something in Azure is missing, damaged or set up differently; all of it is named.</exception>
    public static Task<State> Open(StateOptions options, StoreRegistry stores, TimeProvider time) =>
        options.Kind == StorageKind.Azure ? OpenAzure(options, stores, time) : OpenEmbedded(options, stores, time);

    /// <summary>Lives and ends with the process.</summary>
    public static async Task<State> InMemory(StoreRegistry stores, TimeProvider time)
    {
        var storage = EmbeddedStorage.Open(new EmbeddedOptions(), stores, time);
        var secrets = new MemorySecrets();
        var salts = await Salts.Open(storage.Documents, secrets, time, SaltOptions.Read(new([])), CancellationToken.None);
        return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, secrets, salts, storage, storage);
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();

    private static async Task<State> OpenEmbedded(StateOptions options, StoreRegistry stores, TimeProvider time)
    {
        var storage = EmbeddedStorage.Open(options.Embedded, stores, time);
        try
        {
            var secrets = new FileSecrets(Path.Combine(options.Embedded.Directory!, "secrets"));
            var salts = await Salts.Open(storage.Documents, secrets, time, options.Salts, CancellationToken.None);
            return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, secrets, salts, storage, storage);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await storage.DisposeAsync();
            throw new StateException([e.Message.TrimEnd('.')]);
        }
    }

    private static async Task<State> OpenAzure(StateOptions options, StoreRegistry stores, TimeProvider time)
    {
        var storage = new AzureStorage(options.Azure, stores, time);
        var faults = await storage.Faults(CancellationToken.None);
        try
        {
            if (faults.Count == 0)
            {
                var salts = await Salts.Open(storage.Documents, storage.Secrets, time, options.Salts, CancellationToken.None);
                return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, storage.Secrets, salts, null, storage);
            }
        }
        catch (Exception e) when (e is InvalidDataException or StoreUnavailableException)
        {
            faults = [$"The salts cannot be read or made: {e.Message.TrimEnd('.')}; the application needs to get, set, delete and purge secrets in the vault"];
        }

        await storage.DisposeAsync();
        throw new StateException(faults);
    }
}

/// <summary>The state cannot be used as it is; the message lists why.</summary>
internal sealed class StateException(IReadOnlyList<string> faults) : Exception(string.Join('\n', faults.Select(f => $"  - {f}.")));

/// <param name="Kind">Which of the two is used.</param>
/// <param name="Embedded">The embedded engine.</param>
/// <param name="Azure">The Azure stores.</param>
/// <param name="Salts">How long people are recognized by one salt.</param>
public sealed record StateOptions(StorageKind Kind, EmbeddedOptions Embedded, AzureStorageOptions Azure, SaltOptions Salts)
{
    public static StateOptions Read(Settings s)
    {
        var kind = s.Choice("Storage:Kind", StorageKind.Embedded, "where state is kept");
        return new(kind, EmbeddedOptions.Read(s), AzureStorageOptions.Read(s, kind == StorageKind.Azure), SaltOptions.Read(s));
    }
}

public enum StorageKind { Embedded, Azure }
