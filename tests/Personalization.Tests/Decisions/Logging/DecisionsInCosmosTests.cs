using Personalization.Decisions.Logging;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>The same contract against the service's emulator. Each test has a container of its own, because the store's name is the product's.</summary>
[Collection(EmulatorCollection.Name)]
public sealed class DecisionsInCosmosTests(AzureEmulators azure) : DecisionLogContract, IAsyncLifetime
{
    private CosmosDocuments? opened;

    protected override async ValueTask<IDecisionLog> Open() => new DecisionDocuments(opened = await azure.Cosmos.Documents(new StoreRegistry([DecisionDocuments.Store]), Clock));

    /// <summary>The service counts by its own clock and this emulator not at all; that the container is asked for the store's expiry is shown with the documents.</summary>
    public override Task After_thirty_days_it_is_as_if_it_had_never_been() => Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (opened is null) return;
        opened.Dispose();
        await azure.Cosmos.Client.GetContainer(azure.Cosmos.Options.Database, DecisionDocuments.Store.Name).DeleteContainerAsync();
    }
}
