namespace Personalization.Storage.Embedded;

/// <summary>
/// Takes expired documents out of memory. Nothing is written: their records carry the expiry, and the next start drops
/// them by it.
/// </summary>
internal sealed class ExpirePending(Staging staging, DocumentIndex store, IReadOnlyList<Document> expired) : Pending<bool>
{
    protected override Outcome<bool> Decide(RecordBuffer batch) => Outcome.Ok(true);

    protected override void Apply()
    {
        var now = staging.Now;
        foreach (var document in expired)
            if (store.Find(document.Partition, document.Id) is { } entry && !entry.LivesAt(now)) store.Remove(document.Partition, document.Id);
    }
}
