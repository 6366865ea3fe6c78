namespace Personalization.Storage.Embedded;

/// <summary>
/// Removes subjects from every declared store and their bytes from the disk. Whoever asks while it works shares the next run,
/// because files are rewritten and the journal is compacted as a whole. Each step can be repeated, so a crash in the middle is
/// cured by asking again.
/// </summary>
internal sealed class Erasure(StoreRegistry stores, IFiles files, Journal journal, StreamLogs stream, EmbeddedBlobs blobs) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private Task<bool> current = Task.FromResult(true);
    private List<Doomed>? waiting;
    private Task<bool>? next;
    private bool closed;

    /// <summary>How often files were gone through.</summary>
    public long Runs { get; private set; }

    public async Task<Outcome<bool>> Request(string subject, Func<Store, string, bool>? keep)
    {
        Task<bool> run;
        lock (gate)
        {
            (waiting ??= []).Add(new(subject, keep));
            run = next ??= RunAfter(current);
        }

        return await run ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.Unavailable);
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate) (closed, last) = (true, next ?? current);
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<bool> RunAfter(Task previous)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        List<Doomed> doomed;
        lock (gate) (current, next, doomed, waiting) = (next!, null, waiting!, null);
        return !closed && await Run(doomed);
    }

    private async Task<bool> Run(List<Doomed> doomed)
    {
        Runs++;
        foreach (var (subject, keep) in doomed)
        {
            foreach (var store in stores.All.Where(s => s.Kind == StoreKind.Documents && s.Subject == SubjectKey.Partition))
                if (!await DeleteDocuments(journal.State.Document(store), subject, id => keep?.Invoke(store, id) ?? false)) return false;
            if (!await blobs.Erase(subject)) return false;
        }

        var keys = new RecordKeys(doomed.Select(d => d.Subject));
        foreach (var log in stream.All)
            if (!await new StreamErasure(log, files, keys).Run()) return false;
        // The deletions above are in the journal by name; the snapshot leaves out both them and what they deleted.
        return await journal.Compaction.Request();
    }

    private async Task<bool> DeleteDocuments(DocumentIndex index, string subject, Func<string, bool> kept)
    {
        var entries = new List<Entry>();
        index.Partition(subject)?.CopyAll(entries);
        foreach (var entry in entries.Where(e => !kept(e.Id)))
        {
            var delete = new DeletePending(journal.Staging, index, subject, entry.Id, Condition.None);
            journal.Commit.Add(delete);
            if ((await delete.Task).Status == Status.Unavailable) return false;
        }
        return true;
    }

    private sealed record Doomed(string Subject, Func<Store, string, bool>? Keep);
}
