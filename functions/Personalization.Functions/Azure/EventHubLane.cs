using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// The way into one partition. While one request is under way, what arrives waits in memory, up to a bound, and goes out
/// together with the next. A caller is answered only once the service has taken its records, so memory never holds
/// anything that somebody believes to be safe.
/// </summary>
internal sealed class EventHubLane(EventHubOptions options, TimeProvider clock, Func<EventHubRequest, CancellationToken, ValueTask<Outcome<bool>>> send)
{
    // A service that asks for more patience than this gets it from the callers, not from memory.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private long held;
    private bool sending;

    public async ValueTask<Outcome<bool>> Publish(IReadOnlyList<EventHubRecord> records, CancellationToken stopping, CancellationToken stop)
    {
        var waiting = new Waiting(records, records.Sum(r => r.Json.Length + 1L), new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (held > 0 && held + waiting.Bytes > options.BacklogBytes) return Outcome.Throttled<bool>(options.Pause * 10);
            held += waiting.Bytes;
            queue.Enqueue(waiting);
            if (!sending)
            {
                sending = true;
                _ = Task.Run(() => Drain(stopping), CancellationToken.None);
            }
        }
        return await waiting.Answer.Task.WaitAsync(stop);
    }

    private async Task Drain(CancellationToken stopping)
    {
        while (Take() is { Count: > 0 } next)
        {
            try
            {
                var outcome = await Send(EventHubRequest.Split(next.SelectMany(w => w.Records), options.RequestBytes), stopping);
                foreach (var waiting in next) waiting.Answer.TrySetResult(outcome);
            }
            catch (OperationCanceledException)
            {
                foreach (var waiting in next) waiting.Answer.TrySetResult(Outcome.Failed<bool>(Status.Unavailable));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                foreach (var waiting in next) waiting.Answer.TrySetException(e);
            }
            lock (gate) held -= next.Sum(w => w.Bytes);
        }
    }

    // As many publications as fit one request whole; at least one, which may then take several requests.
    private List<Waiting> Take()
    {
        lock (gate)
        {
            var (taken, size) = (new List<Waiting>(), 1L);
            while (queue.TryPeek(out var first) && (taken.Count == 0 || size + first.Bytes <= options.RequestBytes))
            {
                taken.Add(queue.Dequeue());
                size += first.Bytes;
            }
            sending = taken.Count > 0;
            return taken;
        }
    }

    // "Throttled" promises that nothing was taken. Once a request has gone through, or may have, a refusal is no longer that.
    private async Task<Outcome<bool>> Send(List<EventHubRequest> requests, CancellationToken stopping)
    {
        for (var n = 0; n < requests.Count; n++)
        {
            var outcome = await Persist(requests[n], stopping);
            if (!outcome.Ok) return n > 0 ? Outcome.Failed<bool>(Status.Unavailable) : outcome;
        }
        return Outcome.Ok(true);
    }

    private async Task<Outcome<bool>> Persist(EventHubRequest request, CancellationToken stopping)
    {
        var (pause, doubtful) = (options.Pause, false);
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            var outcome = await send(request, stopping);
            doubtful |= outcome.Status == Status.Unavailable;
            if (outcome.Status is not (Status.Throttled or Status.Unavailable)) return outcome;
            if (attempt == options.Attempts || outcome.RetryAfter > LongestPause) return doubtful ? Outcome.Failed<bool>(Status.Unavailable) : outcome;
            await Task.Delay(outcome.RetryAfter > pause ? outcome.RetryAfter : pause, clock, stopping);
        }
    }

    private sealed record Waiting(IReadOnlyList<EventHubRecord> Records, long Bytes, TaskCompletionSource<Outcome<bool>> Answer);
}
