namespace Personalization.Storage.Embedded;

internal sealed class DeletePending(Staging staging, DocumentIndex store, string partition, string id, Condition when) : Pending<bool>
{
    protected override Outcome<bool> Decide(RecordBuffer batch)
    {
        var current = staging.Current(store, partition, id);
        if (current is null) return Outcome.Failed<bool>(Status.NotFound);
        if (!Staging.Holds(when, current)) return Outcome.Failed<bool>(Status.Conflict);
        JournalRecords.Delete(batch, store.Name, partition, id, staging.State.NextVersion());
        staging.Change(store, partition, id, null);
        return Outcome.Ok(true);
    }

    protected override void Apply() => store.Remove(partition, id);
}
