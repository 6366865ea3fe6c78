using Personalization.Storage;

namespace Personalization.Tests.Identity.Graph;

/// <summary>
/// Documents that several workers use in an order a seed decides: each call waits until it is chosen, and one is chosen only
/// when every worker waits or is done. So a seed is an interleaving, and the same one every time.
/// </summary>
internal sealed class TurnDocuments(IDocuments inner, int seed) : IDocuments
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly SortedDictionary<int, TaskCompletionSource> waiting = [];
    private readonly AsyncLocal<int> worker = new();
    private int running;

    /// <summary>Runs all of them to their end.</summary>
    public async Task Run(params IReadOnlyList<Func<Task>> workers)
    {
        running = workers.Count;
        await Task.WhenAll(workers.Select((work, i) => Task.Run(async () =>
        {
            worker.Value = i;
            try { await work(); }
            finally { Step(null); }
        })));
    }

    public async ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        await Turn();
        return await inner.Get(store, partition, id, stop);
    }

    public async ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        await Turn();
        return await inner.Put(store, partition, id, body, when, expiry, stop);
    }

    public async ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop)
    {
        await Turn();
        return await inner.Delete(store, partition, id, when, stop);
    }

    public async ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop)
    {
        await Turn();
        return await inner.List(store, partition, next, max, stop);
    }

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => inner.Scan(store, next, max, stop);

    private Task Turn()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Step(turn);
        return turn.Task;
    }

    private void Step(TaskCompletionSource? turn)
    {
        TaskCompletionSource? chosen = null;
        lock (gate)
        {
            if (turn is not null) waiting[worker.Value] = turn;
            running--;
            if (running == 0 && waiting.Count > 0)
            {
                var (who, next) = waiting.ElementAt(random.Next(waiting.Count));
                waiting.Remove(who);
                chosen = next;
                running = 1;
            }
        }

        chosen?.SetResult();
    }
}
