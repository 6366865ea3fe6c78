using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

[Collection(EmulatorCollection.Name)]
public sealed class AzureStorageTests(AzureEmulators azure)
{
    private AzureStorageOptions Options => new()
    {
        Cosmos = azure.Cosmos.Options,
        Storage = azure.Storage.Options,
        EventHubs = new() { Namespace = new("https://a.servicebus.windows.net/") },
        KeyVault = new() { Vault = new("https://a.vault.azure.net/") },
    };

    [Fact]
    public async Task It_opens_every_contract_and_names_what_is_missing_of_each()
    {
        var (there, missing) = (Declared.Ledger(), new[] { Declared.Ledger(), Declared.Blobs() });
        await azure.Storage.Create(new([there]));
        await using var storage = new AzureStorage(Options, new([there, .. missing]), TimeProvider.System);
        Assert.True((await storage.Ledger.Append(there, "p", 0, [Declared.Utf8("1")], default)).Ok);
        Assert.Equal([$"Table '{missing[0].Name}' is missing", $"Blob container '{missing[1].Name}' is missing"], await storage.Faults(default));
        Assert.Equal(4, storage.Stream.Partitions);
        Assert.All(new object[] { storage.Documents, storage.Blobs, storage.Secrets }, Assert.NotNull);
    }
}
