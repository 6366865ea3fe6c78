namespace Personalization.Storage.Embedded;

/// <summary>Where one partition begins and ends, who has read how far, and who waits for more.</summary>
internal sealed class HubPartition(Hub hub, int number)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> consumers = [];
    private TaskCompletionSource? arrival;
    private long next, first, slowest;

    public Hub Hub { get; } = hub;

    public int Number { get; } = number;

    /// <summary>The sequence the next record will get; everything before it is durable.</summary>
    public long Next => Volatile.Read(ref next);

    /// <summary>The first sequence still kept.</summary>
    public long First => Volatile.Read(ref first);

    /// <summary>The next sequence as the current batch leaves it; belongs to the committing thread.</summary>
    public long Staged { get; set; }

    /// <summary>Where the last reader stopped, so that a consumer that follows the stream finds its place at once.</summary>
    public ReadPlace? LastRead { get; set; }

    /// <summary>Records that the slowest consumer has still to read, counting what is staged; none where nobody is to read them.</summary>
    public long Backlog => Hub.Store is { IsRecord: true } ? 0 : Staged - Math.Max(First, Volatile.Read(ref slowest));

    /// <summary>Whether so many records more are within the bound.</summary>
    public bool Takes(int count, long bound) => Hub.Store is { IsRecord: true } || Backlog + count <= bound;

    public void Reached(long value)
    {
        Volatile.Write(ref next, value);
        Staged = value;
    }

    public void KeptFrom(long value) => Volatile.Write(ref first, value);

    /// <summary>Shows records up to a sequence and wakes who waits for them.</summary>
    public void Show(long value)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            Volatile.Write(ref next, value);
            (waiting, arrival) = (arrival, null);
        }
        waiting?.SetResult();
    }

    /// <summary>Completes when the partition holds a record at the sequence or behind it.</summary>
    public Task Arrival(long sequence)
    {
        lock (gate)
        {
            if (next > sequence) return Task.CompletedTask;
            arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return arrival.Task;
        }
    }

    public long Checkpoint(string consumer)
    {
        lock (gate) return consumers.GetValueOrDefault(consumer);
    }

    public void Consumed(string consumer, long upTo)
    {
        lock (gate)
        {
            consumers[consumer] = upTo;
            Volatile.Write(ref slowest, consumers.Values.Min());
        }
    }
}

/// <summary>A sequence and the place of its record in a file.</summary>
internal sealed record ReadPlace(long Sequence, StreamSegment Segment, long Offset);
