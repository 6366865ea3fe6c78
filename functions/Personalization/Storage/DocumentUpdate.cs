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
    public static async ValueTask<bool> Run(
        IDocuments documents, Store store, string partition, string id, Func<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> fold,
        TimeProvider time, CancellationToken stop, TimeSpan? expiry = null)
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
            var written = await documents.Put(store, partition, id, body.Value, when, expiry, stop);
            if (written.Status != Status.Conflict)
            {
                written.Required(store);
                return true;
            }

            await Backoff.Pause(attempt, store, time, stop);
        }
    }
}
