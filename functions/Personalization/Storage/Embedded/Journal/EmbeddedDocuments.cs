namespace Personalization.Storage.Embedded;

internal sealed class EmbeddedDocuments(Journal journal, TimeProvider clock, ulong opening) : IDocuments
{
    private readonly JournalState state = journal.State;

    public ValueTask<Outcome<Document>> Get(Store store, string partition, string id, CancellationToken stop)
    {
        var entry = state.Document(store).Find(partition, id);
        return new(entry is not null && entry.LivesAt(Now)
            ? Outcome.Ok(entry.Document(partition))
            : Outcome.Failed<Document>(Status.NotFound));
    }

    public ValueTask<Outcome<Etag>> Put(
        Store store, string partition, string id, ReadOnlyMemory<byte> body, Condition when, TimeSpan? expiry, CancellationToken stop)
    {
        var index = state.Document(store);
        Keys.Require(partition, nameof(partition));
        Keys.Require(id, nameof(id));
        if (body.Length > Document.MaxBytes) return new(Outcome.Failed<Etag>(Status.TooLarge));
        return journal.Commit.Answer(
            new PutPending(journal.Staging, index, partition, id, body.ToArray(), when, expiry ?? store.Expiry), stop);
    }

    public ValueTask<Outcome<bool>> Delete(Store store, string partition, string id, Condition when, CancellationToken stop) =>
        journal.Commit.Answer(new DeletePending(journal.Staging, state.Document(store), partition, id, when), stop);

    public ValueTask<Outcome<Page<Document>>> List(Store store, string partition, string? next, int max, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var items = new List<Document>();
        var all = state.Document(store).Partition(partition)?.Copy(items, next, max, Now) ?? true;
        return new(Outcome.Ok(new Page<Document>(items, all ? null : items[^1].Id)));
    }

    public ValueTask<Outcome<Page<Document>>> Scan(Store store, string? next, int max, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var index = state.Document(store);
        var items = new List<Document>();
        var place = ScanPlace.Parse(next, opening);
        for (var slot = place.Slot; slot < index.Slots; slot++)
        {
            if (index.At(slot) is not { } partition) continue;
            var after = slot == place.Slot ? place.After : null;
            if (!partition.Copy(items, after, max, Now)) return new(Outcome.Ok(new Page<Document>(items, Resume(items, slot, partition, after))));
        }
        return new(Outcome.Ok(new Page<Document>(items, null)));
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The page filled up at this partition: go on in it, behind its last document on the page if there is one.</summary>
    private string Resume(List<Document> items, int slot, Partition partition, string? after) =>
        new ScanPlace(slot, items[^1].Partition == partition.Key ? items[^1].Id : after).Format(opening);
}
