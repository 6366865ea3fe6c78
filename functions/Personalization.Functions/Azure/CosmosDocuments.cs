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
    private readonly CosmosCalls calls;

    public CosmosDocuments(StoreRegistry stores, CosmosOptions options, TokenCredential identity, TimeProvider clock)
        : this(stores, options, clock, CosmosAccount.Open(options, identity)) { }

    internal CosmosDocuments(StoreRegistry stores, CosmosOptions options, TimeProvider clock, CosmosClient client) =>
        (this.stores, this.options, this.clock, this.client, calls) = (stores, options, clock, client, new(client, options, clock));

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        var container = Open(store);
        return calls.Send(store, "get", async cut =>
        {
            using var answer = await container.ReadItemStreamAsync(OrderedName.From(id), new PartitionKey(partition), cancellationToken: cut);
            return await calls.Answered(store, "get", answer, body => CosmosEnvelope.Read(body, store.Expiry), cut);
        }, stop);
    }

    public ValueTask<Outcome<Etag>> Put(
        Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        var container = Open(store);
        if (body.Length > Document.MaxBytes) return ValueTask.FromResult(Outcome.Failed<Etag>(Status.TooLarge));
        var envelope = CosmosEnvelope.Write(partition, id, body, expiry);
        if (envelope.Length > CosmosEnvelope.MaxBytes) return ValueTask.FromResult(Outcome.Failed<Etag>(Status.TooLarge));
        return calls.Send(store, "put", async cut =>
        {
            using var answer = await Write(container, new PartitionKey(partition), OrderedName.From(id), Stream(envelope), when, cut);
            return await calls.Answered(store, "put", answer, _ => new Etag(0, answer.Headers.ETag), cut);
        }, stop);
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        var container = Open(store);
        if (when.Kind == ConditionKind.Absent) throw new ArgumentException("What is absent cannot be deleted.", nameof(when));
        return calls.Send(store, "delete", async cut =>
        {
            using var answer = await container.DeleteItemStreamAsync(OrderedName.From(id), new PartitionKey(partition), If(when), cut);
            return await calls.Answered(store, "delete", answer, _ => true, cut);
        }, stop);
    }

    /// <summary>Pages by key instead of by continuation token: <paramref name="next"/> is the last id seen, so a page can be asked for again at any time.</summary>
    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop)
    {
        var container = Open(store);
        var query = new QueryDefinition("SELECT * FROM c WHERE c.pk = @pk AND c.id > @after ORDER BY c.id")
            .WithParameter("@pk", partition)
            .WithParameter("@after", next is null ? "" : OrderedName.From(next));
        return calls.Send(store, "list", async cut =>
        {
            using var pages = container.GetItemQueryStreamIterator(query, requestOptions: new() { PartitionKey = new(partition), MaxItemCount = max });
            while (true)
            {
                using var answer = await pages.ReadNextAsync(cut);
                var page = await calls.Answered(store, "list", answer, body => Page(CosmosEnvelope.ReadPage(body, store.Expiry), pages.HasMoreResults), cut);
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
        return calls.Send(store, "scan", async cut =>
        {
            using var pages = container.GetItemQueryStreamIterator((string?)null, next, new() { MaxItemCount = max });
            using var answer = await pages.ReadNextAsync(cut);
            return await calls.Answered(store, "scan", answer, body =>
                new Page<Document>(CosmosEnvelope.ReadPage(body, store.Expiry), pages.HasMoreResults ? answer.ContinuationToken : null), cut);
        }, stop);
    }

    /// <summary>What is missing from the database or set up differently, in words for the operator; asked once at start.</summary>
    public Task<IReadOnlyList<string>> Faults(CancellationToken stop) => CosmosCheck.Faults(client, options, stores, clock, stop);

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

    private Container Open(Store store)
    {
        stores.Require(store, StoreKind.Documents);
        return calls.Container(store);
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true) : new(bytes.ToArray());
}
