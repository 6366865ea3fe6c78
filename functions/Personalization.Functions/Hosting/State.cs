using Personalization.Functions.Azure;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Functions.Hosting;

/// <summary>Where this process keeps its state: the storage contracts, embedded or in Azure, and the salt of its pseudonyms.</summary>
internal sealed record State(
    IDocuments Documents, ILedger Ledger, IStream Stream, IBlobs Blobs, ISecrets Secrets, Pseudonyms Pseudonyms, EmbeddedStorage? Embedded, IAsyncDisposable Owner) : IAsyncDisposable
{
    private const string Salt = "pseudonym-salt";

    /// <exception cref="StorageStartException">The directory is taken, damaged or cannot be written.</exception>
    /// <exception cref="StateException">A secret or something in Azure is missing, damaged or set up differently; all of it is named.</exception>
    public static Task<State> Open(StateOptions options, StoreRegistry stores, TimeProvider time) =>
        options.Kind == StorageKind.Azure ? OpenAzure(options.Azure, stores, time) : OpenEmbedded(options.Embedded, stores, time);

    /// <summary>Lives and ends with the process.</summary>
    public static State InMemory(StoreRegistry stores, TimeProvider time)
    {
        var storage = EmbeddedStorage.Open(new EmbeddedOptions(), stores, time);
        return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, new MemorySecrets(), Pseudonyms.Fresh(), storage, storage);
    }

    public ValueTask DisposeAsync() => Owner.DisposeAsync();

    private static async Task<State> OpenEmbedded(EmbeddedOptions options, StoreRegistry stores, TimeProvider time)
    {
        var storage = EmbeddedStorage.Open(options, stores, time);
        try
        {
            var secrets = new FileSecrets(Path.Combine(options.Directory!, "secrets"));
            if (await Pseudonyms.Find(secrets, Salt) is null && await HoldsPeople(storage.Documents))
                throw new InvalidDataException($"The secret '{Salt}' is missing from {options.Directory}/secrets although the directory holds people's features, which nobody can find without it; restore it from a backup, or begin with an empty directory");
            return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, secrets, await Pseudonyms.Create(secrets, Salt), storage, storage);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            await storage.DisposeAsync();
            throw new StateException([e.Message.TrimEnd('.')]);
        }
    }

    private static async Task<bool> HoldsPeople(IDocuments documents) => (await documents.Scan(Profile.Store, null, 1, CancellationToken.None)).Value.Items is { Count: > 0 };

    private static async Task<State> OpenAzure(AzureStorageOptions options, StoreRegistry stores, TimeProvider time)
    {
        var storage = new AzureStorage(options, stores, time);
        var faults = await storage.Faults(CancellationToken.None);
        var pseudonyms = await Pseudonyms.Find(storage.Secrets, Salt);
        // Two processes that create a secret in a vault at once both succeed: infrastructure makes it, as all else.
        if (pseudonyms is null) faults = [.. faults, $"Secret '{Salt}' cannot be read from the vault; create it with 32 random bytes in base64"];
        if (faults.Count == 0) return new(storage.Documents, storage.Ledger, storage.Stream, storage.Blobs, storage.Secrets, pseudonyms!, null, storage);
        await storage.DisposeAsync();
        throw new StateException(faults);
    }
}

/// <summary>The state cannot be used as it is; the message lists why.</summary>
internal sealed class StateException(IReadOnlyList<string> faults) : Exception(string.Join('\n', faults.Select(f => $"  - {f}.")));

/// <param name="Kind">Which of the two is used.</param>
/// <param name="Embedded">The embedded engine.</param>
/// <param name="Azure">The Azure stores.</param>
public sealed record StateOptions(StorageKind Kind, EmbeddedOptions Embedded, AzureStorageOptions Azure)
{
    public static StateOptions Read(Settings s)
    {
        var kind = s.Choice("Storage:Kind", StorageKind.Embedded, "where state is kept");
        return new(kind, EmbeddedOptions.Read(s), AzureStorageOptions.Read(s, kind == StorageKind.Azure));
    }
}

public enum StorageKind { Embedded, Azure }
