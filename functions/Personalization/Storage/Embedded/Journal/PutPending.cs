namespace Personalization.Storage.Embedded;

internal sealed class PutPending(
    Staging staging, DocumentIndex store, string partition, string id, byte[] body, Condition when, TimeSpan? expiry) : Pending<Etag>
{
    private Entry? written;

    protected override Outcome<Etag> Decide(RecordBuffer batch)
    {
        if (!Staging.Holds(when, staging.Current(store, partition, id))) return Outcome.Failed<Etag>(Status.Conflict);
        var expiresAt = expiry is { } lives ? staging.Now + (long)lives.TotalMilliseconds : Entry.Never;
        written = new Entry(id, body, staging.State.NextVersion(), expiresAt);
        JournalRecords.Put(batch, store.Name, partition, written);
        staging.Change(store, partition, id, written);
        return Outcome.Ok(new Etag(written.Version));
    }

    protected override void Apply() => store.Put(partition, written!);
}
