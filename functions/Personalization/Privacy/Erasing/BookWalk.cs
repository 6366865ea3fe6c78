using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// What identity events say of a person: their own books, and those of others that name them. The others are also looked for in
/// the whole store, because of two books a crash may have written only the other's, and no key leads there.
/// </summary>
internal sealed class BookWalk(ErasingStores stores, TimeProvider time)
{
    private readonly IdentityLog log = new(stores.Documents, time);
    private readonly EntryWalk own = new(stores);
    private readonly Dictionary<Store, StoreSearch> search = new() { [IdentityLog.Store] = new(stores.Documents, IdentityLog.Store), [IdentityLog.Cases] = new(stores.Documents, IdentityLog.Cases) };

    public static bool Has(Store store) => store == IdentityLog.Store || store == IdentityLog.Cases;

    public async ValueTask<long> Count(Store store, Subject subject, CancellationToken stop) =>
        await own.Count(store, subject, stop) + (await Others(store, subject, stop)).Count;

    /// <summary>Deletes their own books in both stores, and writes those of others anew that name them in this one.</summary>
    /// <returns>How many of those that were found are gone or written anew.</returns>
    public async ValueTask<long> Delete(Store store, Subject subject, long found, CancellationToken stop)
    {
        foreach (var book in await Others(store, subject, stop)) await log.Strike(store, book.Partition, book.Id, subject, stop);
        await log.Forget(subject, stop);
        await own.Delete(store, subject, stop);
        return found;
    }

    private async ValueTask<List<Document>> Others(Store store, Subject subject, CancellationToken stop)
    {
        var found = await search[store].Find(Encoding.ASCII.GetBytes(subject.ToString()), stop);
        return [.. found.Where(d => d.Partition != subject.ToString())];
    }
}
