namespace Personalization.Functions.Azure;

/// <summary>Where the application keeps its state in Azure.</summary>
public sealed record AzureStorageOptions
{
    /// <summary>The client id of the user-assigned managed identity; null (the default) takes whatever identity the environment offers.</summary>
    public string? ClientId { get; init; }

    public required CosmosOptions Cosmos { get; init; }

    public required StorageOptions Storage { get; init; }

    public required EventHubOptions EventHubs { get; init; }

    public required KeyVaultOptions KeyVault { get; init; }

    public IEnumerable<string> Faults() => Cosmos.Faults().Concat(Storage.Faults()).Concat(EventHubs.Faults()).Concat(KeyVault.Faults());
}
