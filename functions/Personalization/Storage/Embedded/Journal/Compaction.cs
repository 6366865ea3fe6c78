namespace Personalization.Storage.Embedded;

/// <summary>Replaces the journal so far by a snapshot of what is alive. One at a time; a request joins the next one to begin.</summary>
internal sealed class Compaction(
    IFiles files, EmbeddedOptions options, JournalState state, Log log, GroupCommit commit, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private Task<bool> current = Task.FromResult(true);
    private Task<bool>? next;

    /// <summary>When the last one began, in Unix milliseconds; nothing dead before that is on disk.</summary>
    public long LastAt { get; set; }

    public long Count { get; private set; }

    /// <summary>Runs on the committing thread after every batch.</summary>
    public void Consider()
    {
        if (log.TotalBytes > options.CompactAfterBytes && log.TotalBytes > state.LiveBytes * options.CompactRatio) _ = Request();
    }

    /// <summary>For the sweep: what died is to leave the disk in bounded time, busy or not.</summary>
    public Task ConsiderAge()
    {
        var due = LastAt + (long)options.CompactAtLeastEvery.TotalMilliseconds;
        return clock.GetUtcNow().ToUnixTimeMilliseconds() >= due ? Request() : Task.CompletedTask;
    }

    /// <summary>
    /// When the returned task is done, nothing that was deleted, replaced or expired before the call is on disk.
    /// False when the disk refused; everything is as safe as before and a later request tries again.
    /// </summary>
    public Task<bool> Request()
    {
        lock (gate) return next ??= RunAfter(current);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        Task last;
        lock (gate) last = next ?? current;
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task<bool> RunAfter(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (gate) (current, next) = (next!, null);
        return !closing.IsCancellationRequested && await Run();
    }

    private async Task<bool> Run()
    {
        var began = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var roll = new CompactionRoll(log);
        commit.Add(roll);
        if (await roll.Task is not { Ok: true, Value: var number }) return false;
        if (!Replace(number, began)) return false;
        LastAt = began;
        Count++;
        return true;
    }

    private bool Replace(long number, long now)
    {
        try
        {
            SnapshotWriter.Write(files, number, state, now, closing.Token);
            DeleteBefore(files, number);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            TryDelete(LogNames.Of(LogNames.Snapshot, number) + LogNames.Unfinished);
            return false;
        }
    }

    /// <summary>Deletes what a snapshot replaces. Oldest first, so that a crash in between leaves no gap.</summary>
    public static void DeleteBefore(IFiles files, long number)
    {
        foreach (var old in LogNames.Numbers(files, LogNames.Journal).Where(n => n < number)) files.Delete(LogNames.Of(LogNames.Journal, old));
        foreach (var old in LogNames.Numbers(files, LogNames.Snapshot).Where(n => n < number)) files.Delete(LogNames.Of(LogNames.Snapshot, old));
        files.SyncNames("");
    }

    private void TryDelete(string name)
    {
        try
        {
            files.Delete(name);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // It has no effect on anything and is deleted at the next start.
        }
    }

    /// <summary>A roll after which the journal's growth is counted from zero.</summary>
    private sealed class CompactionRoll(Log log) : Pending<long>
    {
        protected override Outcome<long> Decide(RecordBuffer batch)
        {
            if (!log.Roll()) return Outcome.Failed<long>(Status.Unavailable);
            log.TotalBytes = log.End;
            return Outcome.Ok(log.Number);
        }
    }
}
