namespace Personalization.Storage;

/// <summary>Reads a document, changes it and writes it back unless someone else wrote meanwhile; then again, on top of that.</summary>
public static class DocumentUpdate
{
    /// <param name="documents">Where.</param>
    /// <param name="store">In which store.</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="id">The name within the partition.</param>
    /// <param name="fold">The new body for what is there, or null to leave it; may be asked several times.</param>
    /// <param name="time">By which to wait between attempts.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="expiry">Time to live from now; null takes the store's default.</param>
    /// <returns>Whether something was written.</returns>
    public static ValueTask<bool> Run(
        IDocuments documents, Store store, string partition, string id, Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> fold,
        TimeProvider time, CancellationToken stop, TimeSpan? expiry = null) =>
        Run(documents, store, partition, id, fold, _ => expiry, time, stop);

    /// <summary>The same where what is left of somebody's data must not live longer for having been written anew.</summary>
    public static ValueTask<bool> RunWithin(
        IDocuments documents, Store store, string partition, string id, Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> fold, TimeProvider time, CancellationToken stop) =>
        Run(documents, store, partition, id, fold, known => known?.Expires is { } at ? Left(at, time) : null, time, stop);

    /// <param name="documents">Where.</param>
    /// <param name="store">In which store.</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="id">The name within the partition.</param>
    /// <param name="fold">The new body for what is there, or null to leave it; may be asked several times.</param>
    /// <param name="expiry">Time to live from now, for what is there; null takes the store's default.</param>
    /// <param name="time">By which to wait between attempts.</param>
    /// <param name="stop">Gives up.</param>
    public static async ValueTask<bool> Run(
        IDocuments documents, Store store, string partition, string id, Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> fold,
        Func<Document?, TimeSpan?> expiry, TimeProvider time, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await documents.Get(store, partition, id, stop);
            var there = found.Status != Status.NotFound;
            // Not by a conditional expression, whose null would become an empty body.
            ReadOnlyMemory<byte>? before = null;
            if (there) before = found.Required(store).Body;
            var body = fold(before);
            if (body is null) return false;
            var when = there ? Condition.Matches(found.Value.Etag) : Condition.Absent;
            var written = await documents.Put(store, partition, id, body.Value, when, expiry(there ? found.Value : null), stop);
            if (written.Status != Status.Conflict)
            {
                written.Required(store);
                return true;
            }

            await Backoff.Pause(attempt, store, time, stop);
        }
    }

    /// <summary>From now until then. What is over while it is looked at is gone at once, which no store takes for "never".</summary>
    public static TimeSpan Left(DateTimeOffset until, TimeProvider time) => until - time.GetUtcNow() is var left && left > Least ? left : Least;

    // The smallest time every store can tell.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
}
