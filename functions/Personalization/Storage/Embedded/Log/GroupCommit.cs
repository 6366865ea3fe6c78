namespace Personalization.Storage.Embedded;

/// <summary>
/// One thread that commits what any number of callers wait for. While a batch is being synced the next one gathers, so the
/// cost of a sync is shared by everyone who arrived meanwhile.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int BatchBytes = 4 * 1024 * 1024;

    private readonly object gate = new();
    private readonly Thread thread;
    private readonly Log log;
    private List<IPending> waiting = [], taken = [];
    private bool closed;

    public GroupCommit(Log log, string name)
    {
        this.log = log;
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
    }

    /// <summary>Runs on the committing thread after every batch.</summary>
    public Action? Settled { get; init; }

    /// <summary>Cancelling gives up waiting for the answer; the write happens all the same.</summary>
    public ValueTask<Outcome<T>> Answer<T>(Pending<T> pending, CancellationToken stop)
    {
        Add(pending);
        return new(stop.CanBeCanceled ? pending.Task.WaitAsync(stop) : pending.Task);
    }

    public void Add(IPending pending)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            waiting.Add(pending);
            if (waiting.Count == 1) Monitor.Pulse(gate);
        }
    }

    /// <summary>Commits what is waiting and stops.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
            Monitor.Pulse(gate);
        }
        thread.Join();
        log.Dispose();
    }

    private void Run()
    {
        while (Take())
        {
            for (var done = 0; done < taken.Count;) done += Commit(done);
            taken.Clear();
        }
    }

    private bool Take()
    {
        lock (gate)
        {
            while (waiting.Count == 0 && !closed) Monitor.Wait(gate);
            (taken, waiting) = (waiting, taken);
            return taken.Count > 0;
        }
    }

    /// <summary>Commits as many as fit one batch and says how many those were.</summary>
    private int Commit(int from)
    {
        log.StartBatch();
        var upTo = from;
        while (upTo < taken.Count && log.Batch.Length < BatchBytes) taken[upTo++].Stage(log.Batch);
        var kept = log.BatchIsEmpty || log.Commit();
        for (var i = from; i < upTo; i++) taken[i].Settle(kept);
        Settled?.Invoke();
        return upTo - from;
    }
}
