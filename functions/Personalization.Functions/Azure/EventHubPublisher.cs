using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// Publishes to Event Hubs over its REST interface; stands in for <c>Azure.Messaging.EventHubs</c>. A publication that
/// fits one request is taken whole or not at all. A larger one is split, and when a later part fails the earlier ones
/// have been taken: the answer is then <see cref="Status.Unavailable"/>, the caller sends all of it again, and consumers,
/// who apply an event once by its id, see no difference.
/// </summary>
public sealed class EventHubPublisher : IStream, IAsyncDisposable
{
    private readonly StoreRegistry stores;
    private readonly EventHubOptions options;
    private readonly TimeProvider clock;
    private readonly RestService service;
    private readonly ConcurrentDictionary<(string Hub, int Partition), EventHubLane> lanes = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationToken stopped;

    public EventHubPublisher(StoreRegistry stores, EventHubOptions options, TokenCredential identity, TimeProvider clock)
        : this(stores, options, identity, clock, null) { }

    internal EventHubPublisher(StoreRegistry stores, EventHubOptions options, TokenCredential identity, TimeProvider clock, HttpPipelineTransport? transport)
    {
        (this.stores, this.options, this.clock, stopped) = (stores, options, clock, stopping.Token);
        service = new(options.Namespace, options.Deadline, clock, Authorization(options, identity, clock), transport);
    }

    public int Partitions => options.Partitions;

    public async ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop)
    {
        stores.Require(hub, StoreKind.Stream);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, Partitions);
        if (records.Count == 0) return Outcome.Ok(true);
        if (records.Any(r => r.Body.Length > StreamRecord.MaxBytes)) return Outcome.Failed<bool>(Status.TooLarge);
        return await Lane(hub, partition).Publish([.. records.Select(EventHubRecord.From)], stopped, stop);
    }

    /// <summary>What still waits is answered <see cref="Status.Unavailable"/>; nothing of it was ever acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        stopping.Dispose();
    }

    private EventHubLane Lane(Store hub, int partition) =>
        lanes.GetOrAdd((hub.Name, partition), _ => new EventHubLane(options, clock, (request, stop) => Send(hub, partition, request, stop)));

    // Any answer but success and a refusal for now leaves nothing to be done here: a missing hub is as unavailable as a broken one.
    private async ValueTask<Outcome<bool>> Send(Store hub, int partition, EventHubRequest request, CancellationToken stop)
    {
        var path = $"/{hub.Name}/partitions/{partition}/messages?timeout=60&api-version=2014-01";
        var outcome = await service.Send(hub, "publish", path, request.Shape, _ => Outcome.Ok(true), stop);
        return outcome.Status is Status.Ok or Status.Throttled or Status.TooLarge ? outcome : Outcome.Failed<bool>(Status.Unavailable);
    }

    private static HttpPipelinePolicy Authorization(EventHubOptions options, TokenCredential identity, TimeProvider clock) =>
        options is { KeyName: { } name, Key: { } key }
            ? new SharedAccessSignature(options.Namespace, name, key, clock)
            : new BearerTokenAuthenticationPolicy(identity, "https://eventhubs.azure.net/.default");
}
