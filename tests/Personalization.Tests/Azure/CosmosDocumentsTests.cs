using Newtonsoft.Json.Linq;
using Microsoft.Azure.Cosmos;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

[Collection(EmulatorCollection.Name)]
public sealed class CosmosDocumentsTests(AzureEmulators azure) : DocumentsContract, IDisposable
{
    private CosmosDocuments? opened;

    protected override async ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) =>
        opened = await azure.Cosmos.Documents(stores, clock);

    public void Dispose() => opened?.Dispose();

    /// <summary>The service counts by its own clock and this emulator not at all, so what was asked for is shown instead.</summary>
    [Fact]
    public override async Task An_expired_document_is_as_if_it_had_never_been()
    {
        var documents = await Open();
        await documents.Put(Fading, "p", "default", Declared.Utf8("1"), Condition.None, null, Stop);
        await documents.Put(Fading, "p", "short", Declared.Utf8("2"), Condition.None, TimeSpan.FromSeconds(59.5), Stop);
        await documents.Put(Store, "p", "kept", Declared.Utf8("3"), Condition.None, null, Stop);
        Assert.Equal(30 * 24 * 3600, await ContainerTimeToLive(Fading));
        Assert.Equal(-1, await ContainerTimeToLive(Store));
        Assert.Null((await Stored(Fading, "p", "default"))["ttl"]);
        Assert.Equal(60, (int?)(await Stored(Fading, "p", "short"))["ttl"]);
        Assert.Null((await Stored(Store, "p", "kept"))["ttl"]);
    }

    /// <summary>The service counts from an item's last write; what a later write asks for replaces what an earlier one did.</summary>
    [Fact]
    public override async Task A_write_starts_the_time_to_live_anew()
    {
        var documents = await Open();
        await documents.Put(Fading, "p", "a", Declared.Utf8("1"), Condition.None, TimeSpan.FromMinutes(1), Stop);
        await documents.Put(Fading, "p", "a", Declared.Utf8("2"), Condition.None, TimeSpan.FromMinutes(2), Stop);
        Assert.Equal(120, (int?)(await Stored(Fading, "p", "a"))["ttl"]);
        await documents.Put(Fading, "p", "a", Declared.Utf8("3"), Condition.None, null, Stop);
        Assert.Null((await Stored(Fading, "p", "a"))["ttl"]);
    }

    private Container Container(Store store) => azure.Cosmos.Client.GetContainer(azure.Cosmos.Options.Database, store.Name);

    private async Task<int?> ContainerTimeToLive(Store store) => (await Container(store).ReadContainerAsync()).Resource.DefaultTimeToLive;

    private async Task<JObject> Stored(Store store, string partition, string id) =>
        (await Container(store).ReadItemAsync<JObject>(id, new PartitionKey(partition))).Resource;
}

[Collection(EmulatorCollection.Name)]
public sealed class CosmosDocumentsScaleTests(AzureEmulators azure) : DocumentsScaleContract, IDisposable
{
    private CosmosDocuments? opened;

    protected override async ValueTask<IDocuments> Open(StoreRegistry stores, TimeProvider clock) =>
        opened = await azure.Cosmos.Documents(stores, clock);

    public void Dispose() => opened?.Dispose();
}
