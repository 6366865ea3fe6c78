namespace Personalization.Storage.Embedded;

/// <summary>
/// Removes a subject from every declared store and its bytes from the disk. Each step can be repeated, so a crash in the
/// middle is cured by asking again.
/// </summary>
internal sealed class Erasure(StoreRegistry stores, IFiles files, Journal journal, StreamLog stream, EmbeddedBlobs blobs)
{
    public async Task<Outcome<bool>> Run(string subject, Func<Store, string, bool>? keep)
    {
        foreach (var store in stores.All.Where(s => s.Kind == StoreKind.Documents && s.Subject == SubjectKey.Partition))
            if (!await DeleteDocuments(journal.State.Document(store), subject, id => keep?.Invoke(store, id) ?? false)) return Refused;
        if (!await blobs.Erase(subject)) return Refused;
        if (!await new StreamErasure(stream, files, subject).Run()) return Refused;
        // The deletions above are in the journal by name; the snapshot leaves out both them and what they deleted.
        return await journal.Compaction.Request() ? Outcome.Ok(true) : Refused;
    }

    private static Outcome<bool> Refused => Outcome.Failed<bool>(Status.Unavailable);

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
}
