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

    /// <summary>The settings are read, and so known, whatever kind of storage is chosen; only the chosen one's must be usable.</summary>
    public static AzureStorageOptions Read(Settings s, bool chosen)
    {
        var options = new AzureStorageOptions
        {
            ClientId = s.Text("Azure:ClientId", null, "client id of the user-assigned managed identity"),
            Cosmos = CosmosOptions.Read(s),
            Storage = StorageOptions.Read(s),
            EventHubs = EventHubOptions.Read(s),
            KeyVault = KeyVaultOptions.Read(s),
        };
        if (!chosen) return options;
        foreach (var fault in options.Faults()) s.Refuse(fault + ".");
        return options;
    }

    public IEnumerable<string> Faults() => Cosmos.Faults().Concat(Storage.Faults()).Concat(EventHubs.Faults()).Concat(KeyVault.Faults());
}
