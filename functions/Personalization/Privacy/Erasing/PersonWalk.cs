using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// What others carry of a person who was one with them, beside what they carry themselves. Looked for in the whole store: who
/// was one with whom may be forgotten by now.
/// </summary>
internal sealed class PersonWalk(ErasingStores stores, WholePersons persons)
{
    private readonly EntryWalk own = new(stores);
    private readonly StoreSearch search = new(stores.Documents, WholePersons.Store);

    public async ValueTask<long> Count(Subject subject, CancellationToken stop) => await own.Count(WholePersons.Store, subject, stop) + (await Others(subject, stop)).Count;

    /// <summary>After the books: those of the others are then made without this one.</summary>
    public async ValueTask<long> Delete(Subject subject, CancellationToken stop)
    {
        var others = await Others(subject, stop);
        var deleted = await own.Delete(WholePersons.Store, subject, stop);
        foreach (var other in others)
            if (SubjectText.TryParse(other.Partition, out var member)) await persons.Settle([member], null, stop);
        return deleted + others.Count;
    }

    private async ValueTask<List<Document>> Others(Subject subject, CancellationToken stop)
    {
        var found = await search.Find(Encoding.ASCII.GetBytes(subject.ToString()), stop);
        return [.. found.Where(d => d.Partition != subject.ToString())];
    }
}
