using System.Collections.Concurrent;
using System.Net;
using Microsoft.Azure.Cosmos;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>What every call to Cosmos has in common: its deadline, what its answer means, and what it cost.</summary>
internal sealed class CosmosCalls(CosmosClient client, CosmosOptions options, TimeProvider clock)
{
    private const string NoSuchContainer = "1003";
    private readonly ConcurrentDictionary<string, bool> known = new();

    public Container Container(Store store) => client.GetContainer(options.Database, store.Name);

    public async ValueTask<Outcome<T>> Send<T>(Store store, string operation, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken stop)
    {
        var answered = false;
        var outcome = await Deadline.Within(options.Deadline, clock, async cut =>
        {
            var called = await call(cut);
            answered = true;
            return called;
        }, stop);
        if (!answered) StoreMetrics.Called(store.Name, operation, outcome.Status, 0);
        return outcome;
    }

    public async Task<Outcome<T>> Answered<T>(Store store, string operation, ResponseMessage answer, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cut)
    {
        var outcome = answer.StatusCode switch
        {
            _ when answer.IsSuccessStatusCode => Outcome.Ok(read(await Body(answer, cut))),
            HttpStatusCode.NotFound => Outcome.Failed<T>(await IsThere(store, answer, cut) ? Status.NotFound : Status.Unavailable),
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => Outcome.Failed<T>(Status.Conflict),
            HttpStatusCode.TooManyRequests => Outcome.Throttled<T>(RetryAfter(answer)),
            HttpStatusCode.RequestEntityTooLarge => Outcome.Failed<T>(Status.TooLarge),
            _ => Outcome.Failed<T>(Status.Unavailable),
        };
        StoreMetrics.Called(store.Name, operation, outcome.Status, (int)answer.StatusCode);
        StoreMetrics.Charged(store.Name, operation, answer.Headers.RequestCharge);
        return outcome;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> Body(ResponseMessage answer, CancellationToken cut)
    {
        if (answer.Content is null) return default;
        var bytes = new MemoryStream();
        await answer.Content.CopyToAsync(bytes, cut);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    // A document that is not there and a container that is not there are both 404, and the sub-status does not always tell;
    // only the first may count as "nothing is kept". So the first 404 of a container is looked into, once.
    private async ValueTask<bool> IsThere(Store store, ResponseMessage answer, CancellationToken cut)
    {
        if (answer.Headers["x-ms-substatus"] == NoSuchContainer) return false;
        if (known.ContainsKey(store.Name)) return true;
        using var container = await Container(store).ReadContainerStreamAsync(cancellationToken: cut);
        return container.IsSuccessStatusCode && (known[store.Name] = true);
    }

    private static TimeSpan RetryAfter(ResponseMessage answer) =>
        double.TryParse(answer.Headers["x-ms-retry-after-ms"], out var ms) && ms > 0 ? TimeSpan.FromMilliseconds(ms) : TimeSpan.FromSeconds(1);
}
