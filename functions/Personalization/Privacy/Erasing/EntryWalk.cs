using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>Entries of a person in stores whose keys are made of the subject.</summary>
internal sealed class EntryWalk(ErasingStores stores)
{
    private const int PageSize = 500;

    public async ValueTask<long> Count(Store store, Subject subject, CancellationToken stop) => store.Kind switch
    {
        StoreKind.Documents => (await Documents(store, subject, stop)).Count,
        StoreKind.Blobs => (await Blobs(store, subject, stop)).Count,
        _ => await Rows(store, subject, stop),
    };

    /// <summary>How many were there, after they are gone.</summary>
    public async ValueTask<long> Delete(Store store, Subject subject, CancellationToken stop)
    {
        if (store.Kind == StoreKind.Ledger) return (await stores.Ledger.Delete(store, subject.ToString(), stop)).Required(store);
        var deleted = 0;
        if (store.Kind == StoreKind.Blobs)
        {
            foreach (var name in await Blobs(store, subject, stop)) deleted += Gone(store, await stores.Blobs.Delete(store, name, stop));
            return deleted;
        }

        foreach (var id in await Documents(store, subject, stop)) deleted += Gone(store, await stores.Documents.Delete(store, subject.ToString(), id, Condition.None, stop));
        return deleted;
    }

    // What somebody else took away meanwhile is gone as well.
    private static int Gone(Store store, Outcome<bool> deleted)
    {
        if (deleted.Status == Status.NotFound) return 0;
        deleted.Required(store);
        return 1;
    }

    private async ValueTask<List<string>> Documents(Store store, Subject subject, CancellationToken stop)
    {
        var ids = new List<string>();
        string? next = null;
        do
        {
            var page = (await stores.Documents.List(store, subject.ToString(), next, PageSize, stop)).Required(store);
            ids.AddRange(page.Items.Where(d => store != Profile.Store || !Tombstone.Is(d.Body.Span)).Select(d => d.Id));
            next = page.Next;
        }
        while (next is not null);
        return ids;
    }

    private async ValueTask<List<string>> Blobs(Store store, Subject subject, CancellationToken stop)
    {
        var names = new List<string>();
        string? next = null;
        do
        {
            var page = (await stores.Blobs.List(store, $"{subject}/", next, PageSize, stop)).Required(store);
            names.AddRange(page.Items.Select(b => b.Name));
            next = page.Next;
        }
        while (next is not null);
        return names;
    }

    private async ValueTask<long> Rows(Store store, Subject subject, CancellationToken stop)
    {
        for (var count = 0L; ;)
        {
            var rows = (await stores.Ledger.Read(store, subject.ToString(), count, PageSize, stop)).Required(store);
            if (rows.Count == 0) return count;
            count = rows[^1].Sequence + 1;
        }
    }
}
