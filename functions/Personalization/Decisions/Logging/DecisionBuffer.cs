using Personalization.Identity;

namespace Personalization.Decisions.Logging;

/// <summary>Decisions that wait to be written, in bounded memory. Callers hold its lock for as long as copying one takes.</summary>
internal sealed class DecisionBuffer(int limit, TimeProvider time)
{
    private const int Largest = 1024 * 1024;
    private const int Parts = 16;
    private const int MostIdle = 8;

    private static readonly int Smallest = LoggedDecision.MaxBytes + DecisionChunk.Head;

    private readonly int size = Math.Clamp(limit / Parts, Smallest, Largest);
    private readonly Lock gate = new();
    private readonly Queue<DecisionChunk> full = [];
    private readonly Stack<byte[]> idle = [];
    private DecisionChunk? open;
    private int held;

    /// <summary>Whether the oldest are given up for what comes.</summary>
    private bool IsFull => (long)(held + 1) * size > limit;

    /// <summary>Takes a copy; where there is no room, the oldest have to go.</summary>
    /// <returns>How many were given up, and whether there is so much that writing should begin.</returns>
    public (int Lost, bool Write) Add(Subject subject, in DecisionId id, ReadOnlySpan<byte> body)
    {
        lock (gate)
        {
            if (open is not null && open.Add(subject, id, body)) return default;
            if (open is not null) full.Enqueue(open);
            var lost = IsFull ? DropOldest() : 0;
            open = new(idle.TryPop(out var memory) ? memory : new byte[size], time.GetTimestamp());
            held++;
            open.Add(subject, id, body);
            return (lost, full.Count > 0);
        }
    }

    /// <summary>The oldest, to be written and then given back by <see cref="Written"/>; null where there are none.</summary>
    public DecisionChunk? Take()
    {
        lock (gate)
        {
            if (full.TryDequeue(out var oldest)) return oldest;
            (oldest, open) = (open, null);
            return oldest;
        }
    }

    public void Written(DecisionChunk chunk)
    {
        lock (gate) Free(chunk);
    }

    private int DropOldest()
    {
        var oldest = full.Dequeue();
        Free(oldest);
        return oldest.Count;
    }

    // After a burst the rest of it is let go.
    private void Free(DecisionChunk chunk)
    {
        held--;
        if (idle.Count < MostIdle) idle.Push(chunk.Memory);
    }
}
