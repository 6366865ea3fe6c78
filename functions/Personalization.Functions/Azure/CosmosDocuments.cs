using System.Net;
using System.Runtime.InteropServices;
using Azure.Core;
using Microsoft.Azure.Cosmos;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>Documents in Cosmos DB, through its stream calls: point operations, queries within one partition, and the feed of a container.</summary>
public sealed class CosmosDocuments : IDocuments, IDisposable
{
    private readonly StoreRegistry stores;
    private readonly CosmosOptions options;
    private readonly TimeProvider clock;
    private readonly CosmosClient client;

    public CosmosDocuments(StoreRegistry stores, CosmosOptions options, TokenCredential identity, TimeProvider clock)
        : this(stores, options, clock, CosmosAccount.Open(options, identity)) { }

    internal CosmosDocuments(StoreRegistry stores, CosmosOptions options, TimeProvider clock, CosmosClient client) =>
        (this.stores, this.options, this.clock, this.client) = (stores, options, clock, client);

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        var container = Open(store);
        return Call(store, "get", async cut =>
        {
            using var answer = await container.ReadItemStreamAsync(OrderedName.From(id), new PartitionKey(partition), cancellationToken: cut);
            return await Answered(store, "get", answer, async () => CosmosEnvelope.Read(await Bytes(answer, cut)));
        }, stop);
    }

    public ValueTask<Outcome<Etag>> Put(
        Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        var container = Open(store);
        if (body.Length > Document.MaxBytes) return ValueTask.FromResult(Outcome.Failed<Etag>(Status.TooLarge));
        var envelope = CosmosEnvelope.Write(partition, id, body, expiry);
        if (envelope.Length > CosmosEnvelope.MaxBytes) return ValueTask.FromResult(Outcome.Failed<Etag>(Status.TooLarge));
        return Call(store, "put", async cut =>
        {
            using var answer = await Write(container, new PartitionKey(partition), OrderedName.From(id), Stream(envelope), when, cut);
            return await Answered(store, "put", answer, () => ValueTask.FromResult(new Etag(0, answer.Headers.ETag)));
        }, stop);
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        var container = Open(store);
        if (when.Kind == ConditionKind.Absent) throw new ArgumentException("What is absent cannot be deleted.", nameof(when));
        return Call(store, "delete", async cut =>
        {
            using var answer = await container.DeleteItemStreamAsync(OrderedName.From(id), new PartitionKey(partition), If(when), cut);
            return await Answered(store, "delete", answer, () => ValueTask.FromResult(true));
        }, stop);
    }

    /// <summary>Pages by key instead of by continuation token: <paramref name="next"/> is the last id seen, so a page can be asked for again at any time.</summary>
    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop)
    {
        var container = Open(store);
        var query = new QueryDefinition("SELECT * FROM c WHERE c.pk = @pk AND c.id > @after ORDER BY c.id")
            .WithParameter("@pk", partition)
            .WithParameter("@after", next is null ? "" : OrderedName.From(next));
        return Call(store, "list", async cut =>
        {
            using var pages = container.GetItemQueryStreamIterator(query, requestOptions: new() { PartitionKey = new(partition), MaxItemCount = max });
            while (true)
            {
                using var answer = await pages.ReadNextAsync(cut);
                var page = await Answered(store, "list", answer, async () => Page(CosmosEnvelope.ReadPage(await Bytes(answer, cut)), pages.HasMoreResults));
                // The service may stop for breath before it has found anything; without an id there is nowhere to go on from.
                if (!page.Ok || page.Value.Items.Count > 0 || !pages.HasMoreResults) return page;
            }
        }, stop);

        static Page<Document> Page(List<Document> found, bool more) => new(found, more && found.Count > 0 ? found[^1].Id : null);
    }

    /// <summary>Reads the container's feed, which needs no index and no query engine; the service's token survives splits and restarts.</summary>
    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop)
    {
        var container = Open(store);
        return Call(store, "scan", async cut =>
        {
            using var pages = container.GetItemQueryStreamIterator((string?)null, next, new() { MaxItemCount = max });
            using var answer = await pages.ReadNextAsync(cut);
            return await Answered(store, "scan", answer, async () =>
                new Page<Document>(CosmosEnvelope.ReadPage(await Bytes(answer, cut)), pages.HasMoreResults ? answer.ContinuationToken : null));
        }, stop);
    }

    public void Dispose() => client.Dispose();

    private static Task<ResponseMessage> Write(
        Container container, PartitionKey partition, string id, Stream body, Condition when, CancellationToken cut) => when.Kind switch
    {
        ConditionKind.Absent => container.CreateItemStreamAsync(body, partition, cancellationToken: cut),
        ConditionKind.Matches => container.ReplaceItemStreamAsync(body, id, partition, If(when), cut),
        _ => container.UpsertItemStreamAsync(body, partition, cancellationToken: cut),
    };

    private static ItemRequestOptions? If(Condition when) =>
        when.Kind == ConditionKind.Matches ? new() { IfMatchEtag = when.Etag.Text ?? "never" } : null;

    private async ValueTask<Outcome<T>> Call<T>(Store store, string operation, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken stop)
    {
        var outcome = await Deadline.Within(options.Deadline, clock, call, stop);
        if (outcome.Status == Status.Unavailable) StoreMetrics.Called(store.Name, operation, Status.Unavailable, 0);
        return outcome;
    }

    private static async Task<Outcome<T>> Answered<T>(Store store, string operation, ResponseMessage answer, Func<ValueTask<T>> value)
    {
        var outcome = answer.StatusCode switch
        {
            _ when answer.IsSuccessStatusCode => Outcome.Ok(await value()),
            HttpStatusCode.NotFound => Outcome.Failed<T>(Status.NotFound),
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => Outcome.Failed<T>(Status.Conflict),
            HttpStatusCode.TooManyRequests => Outcome.Throttled<T>(RetryAfter(answer)),
            HttpStatusCode.RequestEntityTooLarge => Outcome.Failed<T>(Status.TooLarge),
            _ => Outcome.Failed<T>(Status.Unavailable),
        };
        StoreMetrics.Called(store.Name, operation, outcome.Status, (int)answer.StatusCode);
        StoreMetrics.Charged(store.Name, operation, answer.Headers.RequestCharge);
        return outcome;
    }

    private static TimeSpan RetryAfter(ResponseMessage answer) =>
        double.TryParse(answer.Headers["x-ms-retry-after-ms"], out var ms) && ms > 0 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.FromSeconds(1);

    private Container Open(Store store)
    {
        stores.Require(store, StoreKind.Documents);
        return client.GetContainer(options.Database, store.Name);
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true) : new(bytes.ToArray());

    private static async ValueTask<ReadOnlyMemory<byte>> Bytes(ResponseMessage answer, CancellationToken cut)
    {
        var bytes = new MemoryStream();
        await answer.Content.CopyToAsync(bytes, cut);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
