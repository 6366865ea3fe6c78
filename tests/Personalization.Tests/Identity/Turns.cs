using Personalization.Storage;

namespace Personalization.Tests.Identity;

/// <summary>
/// Lets any number of tasks call a store one call at a time, in an order drawn from a seed: nobody goes on before all of
/// them wait for their turn or are done.
/// </summary>
internal sealed class Turns(IDocuments inner, int seed) : IDocuments
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly List<(int Racer, TaskCompletionSource Turn)> waiting = [];
    private readonly AsyncLocal<int> racer = new();
    private int running;

    public async Task<T[]> Race<T>(IEnumerable<Func<Task<T>>> racers)
    {
        var all = racers.ToList();
        running = all.Count;
        var tasks = all.Select((r, i) => Task.Run(async () =>
        {
            racer.Value = i;
            try { return await r(); }
            finally { Next(-1); }
        })).ToList();
        var done = await Task.WhenAll(tasks);
        return done;
    }

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop) => InTurn(() => inner.Get(store, partition, id, stop));

    public ValueTask<Outcome<Etag>> Put(Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop) =>
        InTurn(() => inner.Put(store, partition, id, body, when, expiry, stop));

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) => InTurn(() => inner.Delete(store, partition, id, when, stop));

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop) => InTurn(() => inner.List(store, partition, next, max, stop));

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop) => InTurn(() => inner.Scan(store, next, max, stop));

    private async ValueTask<T> InTurn<T>(Func<ValueTask<T>> call)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (running == 0) turn.SetResult();
            else waiting.Add((racer.Value, turn));
        }

        Next(0);
        await turn.Task;
        return await call();
    }

    private void Next(int change)
    {
        lock (gate)
        {
            running += change;
            if (waiting.Count == 0 || waiting.Count < running) return;
            // By who waits and not by who came first, which would be the machine's choice.
            var chosen = waiting.OrderBy(w => w.Racer).ElementAt(random.Next(waiting.Count));
            waiting.Remove(chosen);
            chosen.Turn.SetResult();
        }
    }
}
