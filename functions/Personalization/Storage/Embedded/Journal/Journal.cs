namespace Personalization.Storage.Embedded;

/// <summary>Documents and ledgers: their state in memory, the log that makes it durable and the snapshots that shorten the log.</summary>
internal sealed class Journal : IAsyncDisposable
{
    private readonly TimeProvider clock;

    public Journal(IFiles files, EmbeddedOptions options, JournalState state, TimeProvider clock, List<CutTail> cut)
    {
        this.clock = clock;
        State = state;
        Staging = new(state, clock);
        Log = new(files, LogNames.Journal, options, _ => { });
        var compactedAt = Recover(files, cut);
        Commit = new(Log, "journal commit") { Settled = Settled };
        Compaction = new(files, options, state, Log, Commit, clock) { LastAt = compactedAt };
    }

    public JournalState State { get; }

    public Staging Staging { get; }

    public Log Log { get; }

    public GroupCommit Commit { get; }

    public Compaction Compaction { get; }

    /// <summary>Takes what has expired out of memory, a store at a time, and off the disk when it is time.</summary>
    public Task Sweep()
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var entries = new List<Entry>();
        foreach (var store in State.Documents)
        {
            var expired = new List<Document>();
            for (var slot = 0; slot < store.Slots; slot++)
            {
                if (store.At(slot) is not { } partition) continue;
                entries.Clear();
                partition.CopyAll(entries);
                foreach (var entry in entries)
                    if (!entry.LivesAt(now)) expired.Add(entry.Document(partition.Key));
            }
            if (expired.Count > 0) Commit.Add(new ExpirePending(Staging, store, expired));
        }
        return Compaction.ConsiderAge();
    }

    public async ValueTask DisposeAsync()
    {
        await Compaction.DisposeAsync();
        Commit.Dispose();
    }

    /// <summary>Reads what is there, begins a new file and says when the last compaction was.</summary>
    private long Recover(IFiles files, List<CutTail> cut)
    {
        LogNames.DeleteUnfinished(files);
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var replay = new JournalReplay(State, now);
        var snapshot = LogNames.Numbers(files, LogNames.Snapshot).LastOrDefault();
        var compactedAt = snapshot > 0 ? SnapshotReader.Read(files, snapshot, State, replay) : 0;
        if (snapshot > 0) Compaction.DeleteBefore(files, snapshot);
        var recovery = new LogRecovery(files, LogNames.Journal);
        var last = recovery.Run(Math.Max(1, snapshot), (_, _, payload) => replay.Apply(payload));
        if (last == 0 && snapshot > 0) throw LogRecovery.Missing(LogNames.Of(LogNames.Journal, snapshot));
        if (replay.LacksRows) throw new StorageStartException(LogNames.Of(LogNames.Journal, last), 0, "rows of a ledger are missing before others that are there; restore the directory from a backup");
        cut.AddRange(recovery.Cut);
        Log.TotalBytes = recovery.Bytes;
        Log.Begin(last + 1);
        return last == 0 ? now : compactedAt;
    }

    private void Settled()
    {
        Staging.Clear();
        Compaction.Consider();
    }
}
