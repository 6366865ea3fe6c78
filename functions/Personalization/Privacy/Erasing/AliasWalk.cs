using System.Buffers.Binary;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// The aliases of a person, of all epochs: those their links lead to and, where looking through all of them costs no more than
/// memory, those that a process left without a link when it died.
/// </summary>
internal sealed class AliasWalk(ErasingStores stores, TimeProvider time)
{
    private readonly Links links = new(stores.Documents, time);
    private readonly AliasRemoval removal = new(stores.Documents, time);
    private readonly StoreSearch search = new(stores.Documents, Aliases.Store);

    public async ValueTask<long> Count(Subject subject, CancellationToken stop)
    {
        var count = 0;
        foreach (var alias in await Of(subject, stop))
            if (await removal.Find(alias, subject, stop) is not null) count++;
        return count;
    }

    public async ValueTask<long> Delete(Subject subject, CancellationToken stop)
    {
        var deleted = 0;
        foreach (var alias in await Of(subject, stop))
            if (await removal.Drop(alias, subject, stop)) deleted++;
        return deleted;
    }

    private async ValueTask<IEnumerable<string>> Of(Subject subject, CancellationToken stop)
    {
        var linked = (await links.Of(subject, stop)).Values.SelectMany(rows => rows).Select(r => r.Alias);
        if (stores.Embedded is null) return linked.Distinct(StringComparer.Ordinal);
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, subject.Key);
        return linked.Concat((await search.Find(bytes, stop)).Select(d => d.Partition)).Distinct(StringComparer.Ordinal);
    }
}
