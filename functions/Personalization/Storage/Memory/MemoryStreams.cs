namespace Personalization.Storage.Memory;

/// <summary>
/// A partitioned log that lives as long as the process. A partition holds what its consumer has not yet confirmed,
/// up to a bound; past it the publisher is told to come back.
/// </summary>
public sealed class MemoryStreams(StoreRegistry registry, TimeProvider time, int partitions, int backlog) : IStream
{
    private readonly Partition[] all = [.. Enumerable.Range(0, partitions).Select(_ => new Partition())];

    public int Partitions => partitions;

    /// <summary>Records not yet confirmed, over all partitions.</summary>
    public long Backlog => all.Sum(p => (long)p.Count);

    public ValueTask<Outcome<bool>> Publish(Store hub, int partition, IReadOnlyList<StreamRecord> records, CancellationToken stop)
    {
        registry.Require(hub, StoreKind.Stream);
        return new(all[partition].Add(records, time.GetUtcNow(), backlog)
            ? Outcome.Ok(true)
            : Outcome.Throttled<bool>(TimeSpan.FromSeconds(1)));
    }

    /// <summary>The oldest unconfirmed records, waiting until there is one.</summary>
    public async ValueTask<IReadOnlyList<DeliveredRecord>> Next(int partition, int max, CancellationToken stop)
    {
        while (true)
        {
            var (batch, more) = all[partition].Peek(max);
            if (batch.Count > 0) return batch;
            await more.WaitAsync(stop);
        }
    }

    /// <summary>The oldest unconfirmed records, if there are any.</summary>
    public IReadOnlyList<DeliveredRecord> Now(int partition, int max) => all[partition].Peek(max).Item1;

    /// <summary>Everything up to and with this sequence is done and may be forgotten.</summary>
    public void Confirm(int partition, long sequence) => all[partition].Forget(sequence);

    private sealed class Partition
    {
        private readonly Lock gate = new();
        private readonly Queue<DeliveredRecord> records = new();
        private TaskCompletionSource arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long next;

        public int Count { get { lock (gate) return records.Count; } }

        public bool Add(IReadOnlyList<StreamRecord> added, DateTimeOffset now, int bound)
        {
            lock (gate)
            {
                if (records.Count + added.Count > bound) return false;
                foreach (var r in added) records.Enqueue(new(next++, now, r.Key, r.Body));
                arrival.TrySetResult();
                return true;
            }
        }

        public (IReadOnlyList<DeliveredRecord>, Task) Peek(int max)
        {
            lock (gate)
            {
                if (records.Count == 0 && arrival.Task.IsCompleted) arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return ([.. records.Take(max)], arrival.Task);
            }
        }

        public void Forget(long sequence)
        {
            lock (gate)
                while (records.TryPeek(out var r) && r.Sequence <= sequence) records.Dequeue();
        }
    }
}
