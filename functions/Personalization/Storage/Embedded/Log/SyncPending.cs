namespace Personalization.Storage.Embedded;

/// <summary>With relaxed durability: makes what was written durable after all.</summary>
internal sealed class SyncPending(Log log) : Pending<bool>
{
    protected override Outcome<bool> Decide(RecordBuffer batch)
    {
        try
        {
            log.Sync();
            return Outcome.Ok(true);
        }
        catch (IOException)
        {
            return Outcome.Failed<bool>(Status.Unavailable);
        }
    }
}
