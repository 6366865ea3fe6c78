using System.Net;
using System.Text.Json;
using Microsoft.Azure.Cosmos;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>Infra makes the containers; this only says, all at once, what it left out or set up differently.</summary>
internal static class CosmosCheck
{
    public const string PartitionPath = "/pk";

    public static async Task<IReadOnlyList<string>> Faults(
        CosmosClient client, CosmosOptions options, StoreRegistry stores, TimeProvider clock, CancellationToken stop)
    {
        var faults = new List<string>();
        foreach (var store in stores.All.Where(s => s.Kind == StoreKind.Documents))
        {
            var container = client.GetContainer(options.Database, store.Name);
            var found = await Deadline.Within(options.Deadline, clock, cut => Faults(store, container, cut), stop);
            faults.AddRange(found.Ok ? found.Value : [$"Cosmos container '{store.Name}' cannot be reached"]);
        }
        return faults;
    }

    /// <summary>Seconds; -1 keeps documents unless their own write says otherwise.</summary>
    public static int TimeToLive(Store store) => store.Expiry is { } life ? CosmosEnvelope.Seconds(life) : -1;

    private static async Task<Outcome<List<string>>> Faults(Store store, Container container, CancellationToken stop)
    {
        using var answer = await container.ReadContainerStreamAsync(cancellationToken: stop);
        if (answer.StatusCode == HttpStatusCode.NotFound) return Outcome.Ok<List<string>>([$"Cosmos container '{store.Name}' is missing"]);
        if (!answer.IsSuccessStatusCode) return Outcome.Ok<List<string>>([$"Cosmos container '{store.Name}' cannot be read: HTTP {(int)answer.StatusCode}"]);
        using var settings = await JsonDocument.ParseAsync(answer.Content, cancellationToken: stop);
        return Outcome.Ok<List<string>>([.. Faults(store, settings.RootElement)]);
    }

    private static IEnumerable<string> Faults(Store store, JsonElement container)
    {
        var paths = container.GetProperty("partitionKey").GetProperty("paths");
        if (paths.GetArrayLength() != 1 || paths[0].GetString() != PartitionPath)
            yield return $"Cosmos container '{store.Name}' is not partitioned by {PartitionPath}";
        if (!container.TryGetProperty("defaultTtl", out var ttl) || ttl.ValueKind == JsonValueKind.Null)
            yield return $"Cosmos container '{store.Name}' has time to live switched off; it must be {TimeToLive(store)}";
        else if (ttl.GetInt32() != TimeToLive(store))
            yield return $"Cosmos container '{store.Name}' has a time to live of {ttl.GetInt32()} s; it must be {TimeToLive(store)}";
    }
}
