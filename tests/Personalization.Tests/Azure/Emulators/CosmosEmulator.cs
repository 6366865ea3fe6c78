using System.Net.Security;
using Microsoft.Azure.Cosmos;
using Personalization.Functions.Azure;
using Personalization.Storage;

namespace Personalization.Tests.Azure.Emulators;

/// <summary>A running Cosmos emulator and what infra would have made in it.</summary>
public sealed class CosmosEmulator : IDisposable
{
    // The key every emulator is shipped with; it opens nothing else.
    private const string Key = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==";
    private readonly SocketsHttpHandler connections = new();

    public CosmosEmulator(Uri endpoint)
    {
        Options = new CosmosOptions { Endpoint = endpoint, Key = Key, Gateway = true, Deadline = TimeSpan.FromSeconds(30), ThrottleRetries = 0 };
        connections.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Loopback };
        Client = Open(Options);
    }

    public CosmosOptions Options { get; }

    /// <summary>Looks behind the adapter's back.</summary>
    public CosmosClient Client { get; }

    /// <summary>Accepts the emulator's self-signed certificate, and faults in front of the connection.</summary>
    public CosmosClient Open(CosmosOptions options, DelegatingHandler? fault = null)
    {
        if (fault is null) return CosmosAccount.Open(options, new NoIdentity(), connections);
        fault.InnerHandler = connections;
        return CosmosAccount.Open(options, new NoIdentity(), fault);
    }

    public async Task<CosmosDocuments> Documents(StoreRegistry stores, TimeProvider clock)
    {
        await Create(stores);
        return new CosmosDocuments(stores, Options, clock, Open(Options));
    }

    public async Task Create(StoreRegistry stores)
    {
        Database database = await Client.CreateDatabaseIfNotExistsAsync(Options.Database);
        foreach (var store in stores.All.Where(s => s.Kind == StoreKind.Documents))
            await database.CreateContainerAsync(new ContainerProperties(store.Name, "/pk") { DefaultTimeToLive = CosmosCheck.TimeToLive(store) });
    }

    public void Dispose()
    {
        Client.Dispose();
        connections.Dispose();
    }

    private static bool Loopback(object sender, object? certificate, object? chain, SslPolicyErrors errors) => true;
}
