namespace Personalization.Tests.Azure.Emulators;

/// <summary>The emulators of one test run, started once.</summary>
public sealed class AzureEmulators : IAsyncLifetime
{
    private readonly List<Emulator> running = [];

    public CosmosEmulator Cosmos { get; private set; } = null!;

    public StorageEmulator Storage { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var started = await Task.WhenAll(Emulator.Start("cosmos.js", "Cosmos"), Emulator.Start("storage.js", "Blob", "Table"));
        running.AddRange(started.Select(s => s.Emulator));
        Cosmos = new CosmosEmulator(started[0].Addresses[0]);
        Storage = new StorageEmulator(started[1].Addresses[0], started[1].Addresses[1]);
    }

    public async Task DisposeAsync()
    {
        Cosmos.Dispose();
        foreach (var emulator in running) await emulator.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class EmulatorCollection : ICollectionFixture<AzureEmulators>
{
    public const string Name = "Azure emulators";
}
