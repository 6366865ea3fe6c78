namespace Personalization.Functions.Durable.Hub;

/// <summary>
/// Which instances have something to do, now or at what time. In memory only: it is made anew from the documents at start. An
/// instance that waits costs an entry here and nothing else; there is one clock for all of them.
/// </summary>
internal sealed class Agenda(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Cell> cells = [];
    private readonly Queue<Cell> ready = [];
    private readonly SortedSet<Cell> waiting = new(Comparer<Cell>.Create(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : string.CompareOrdinal(a.Id, b.Id)));

    private long seen;

    /// <summary>Called whenever there is something to do.</summary>
    public Action Rung { get; set; } = static () => { };

    public int Count { get { lock (gate) return cells.Count; } }

    /// <summary>When the next one is due, in ticks; at once where one is ready.</summary>
    public long NextDue { get { lock (gate) return ready.Count > 0 ? 0 : waiting.Min?.Due ?? Cell.Never; } }

    /// <summary>Something came for this instance.</summary>
    public void Ring(string id)
    {
        lock (gate)
        {
            if (!cells.TryGetValue(id, out var cell)) cells.Add(id, cell = new(id));
            Ready(cell);
        }

        Rung();
    }

    /// <summary>Takes an instance that has something to do; nobody else gets it before it is released.</summary>
    public Cell? Take()
    {
        lock (gate)
        {
            var now = time.GetUtcNow().UtcTicks;
            // When one in trouble is tried again was reckoned by a clock that has been set back: at once, rather than as much later.
            if (now < seen) foreach (var cell in waiting.Where(static c => c.Trouble != Trouble.None).ToList()) Ready(cell);
            seen = now;
            while (waiting.Min is { } due && due.Due <= now) Ready(due);
            if (!ready.TryDequeue(out var next)) return null;
            (next.Queued, next.Busy, next.Again) = (false, true, false);
            return next;
        }
    }

    /// <param name="cell">What was taken.</param>
    /// <param name="due">When it has something to do by itself, in ticks; <see cref="Cell.Never"/> when it is rung only.</param>
    /// <param name="forget">Whether nothing is left of it.</param>
    public void Release(Cell cell, long due, bool forget)
    {
        lock (gate)
        {
            cell.Busy = false;
            if (cell.Again) Ready(cell);
            else if (forget && cell.Rests) cells.Remove(cell.Id);
            else if (due != Cell.Never)
            {
                cell.Due = due;
                waiting.Add(cell);
            }
        }

        Rung();
    }

    /// <summary>How many are in trouble, by what.</summary>
    public IReadOnlyList<(Trouble Trouble, int Count)> Troubled()
    {
        lock (gate) return [.. cells.Values.Where(c => c.Trouble != Trouble.None).CountBy(c => c.Trouble).Select(c => (c.Key, c.Value))];
    }

    private void Ready(Cell cell)
    {
        if (cell.Due != Cell.Never)
        {
            waiting.Remove(cell);
            cell.Due = Cell.Never;
        }

        if (cell.Busy) cell.Again = true;
        else if (!cell.Queued)
        {
            cell.Queued = true;
            ready.Enqueue(cell);
        }
    }
}

/// <summary>Why an instance does not get on.</summary>
internal enum Trouble
{
    None,

    /// <summary>Its store does not answer.</summary>
    Store,

    /// <summary>This build has not the function, or not the version of the program it began with.</summary>
    Build,

    /// <summary>Its document cannot be read.</summary>
    Unreadable,

    /// <summary>Somebody it writes to cannot be read, or holds all it can.</summary>
    Letters,

    /// <summary>Its turn failed or took too long.</summary>
    Turn,
}
