using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>The names of merges and cases that lead to a person. Looked for in the whole store: a merge that was asked for and not done is in no book.</summary>
internal sealed class NameWalk(ErasingStores stores, TimeProvider time)
{
    private readonly IdentityLog log = new(stores.Documents, time);
    private readonly StoreSearch search = new(stores.Documents, IdentityLog.Names);

    public async ValueTask<IReadOnlyList<string>> Find(Subject subject, CancellationToken stop) => [.. (await Of(subject, stop)).Select(d => d.Partition)];

    public async ValueTask<long> Count(Subject subject, CancellationToken stop) => (await Of(subject, stop)).Count;

    public async ValueTask<long> Delete(Subject subject, CancellationToken stop)
    {
        var names = await Of(subject, stop);
        foreach (var name in names) await log.Unname(name.Partition, stop);
        return names.Count;
    }

    private ValueTask<IReadOnlyList<Document>> Of(Subject subject, CancellationToken stop) => search.Find(Encoding.ASCII.GetBytes(subject.ToString()), stop);
}
