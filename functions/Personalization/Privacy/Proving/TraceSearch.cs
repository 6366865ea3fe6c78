using System.Text;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Proving;

/// <summary>
/// Looks for texts in everything that is kept: names, partitions and contents of every registered store. It reads all there
/// is, so it is for proofs and drills and never for a call.
/// </summary>
/// <param name="stores">Every store.</param>
/// <param name="documents">Looked through whole.</param>
/// <param name="ledger">Looked up under the subject; a ledger has no list of its partitions.</param>
/// <param name="blobs">Looked through whole.</param>
/// <param name="stream">Every record of a stream that is still there; null where only its host can read it, and holds no records of its own.</param>
public sealed class TraceSearch(StoreRegistry stores, IDocuments documents, ILedger ledger, IBlobs blobs, Func<Store, IEnumerable<DeliveredRecord>>? stream)
{
    private const int PageSize = 200;

    /// <param name="subjects">Whose ledger rows and numbers are looked for.</param>
    /// <param name="texts">What is looked for.</param>
    /// <param name="except">A store that may know, because the proof is kept there.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>One for each store.</returns>
    public async ValueTask<IReadOnlyList<StoreHits>> Find(IReadOnlyList<Subject> subjects, IReadOnlyList<string> texts, Store except, CancellationToken stop)
    {
        // Subjects also as aliases hold them, as the bytes of a number.
        var wanted = texts.Select(Encoding.UTF8.GetBytes).Concat(subjects.Select(s => Convert.FromHexString(s.ToString()))).ToList();
        var hits = new List<StoreHits>();
        foreach (var store in stores.All.Where(s => s != except)) hits.Add(await In(store, subjects, wanted, stop));
        return hits;
    }

    private async ValueTask<StoreHits> In(Store store, IReadOnlyList<Subject> subjects, List<byte[]> wanted, CancellationToken stop) => store.Kind switch
    {
        StoreKind.Documents => await InDocuments(store, wanted, stop),
        StoreKind.Blobs => await InBlobs(store, wanted, stop),
        StoreKind.Ledger => await InLedger(store, subjects, stop),
        _ => stream is null ? new(store.Name, 0, 0, Searched: store.IsRecord) : InStream(store, stream(store), wanted),
    };

    private async ValueTask<StoreHits> InDocuments(Store store, List<byte[]> wanted, CancellationToken stop)
    {
        var (seen, found) = (0L, 0L);
        string? next = null;
        do
        {
            var page = (await documents.Scan(store, next, PageSize, stop)).Required(store);
            seen += page.Items.Count;
            found += page.Items.Count(d => Has(d.Body.Span, wanted) || Has(d.Partition, wanted) || Has(d.Id, wanted));
            next = page.Next;
        }
        while (next is not null);
        return new(store.Name, seen, found);
    }

    private async ValueTask<StoreHits> InBlobs(Store store, List<byte[]> wanted, CancellationToken stop)
    {
        var (seen, found) = (0L, 0L);
        string? next = null;
        do
        {
            var page = (await blobs.List(store, "", next, PageSize, stop)).Required(store);
            foreach (var blob in page.Items)
            {
                var body = await blobs.Get(store, blob.Name, stop);
                // Deleted since it was listed.
                if (body.Status == Status.NotFound) continue;
                seen++;
                if (Has(blob.Name, wanted) || Has(body.Required(store).Span, wanted)) found++;
            }

            next = page.Next;
        }
        while (next is not null);
        return new(store.Name, seen, found);
    }

    private async ValueTask<StoreHits> InLedger(Store store, IReadOnlyList<Subject> subjects, CancellationToken stop)
    {
        var rows = 0;
        foreach (var subject in subjects) rows += (await ledger.Read(store, subject.ToString(), 0, PageSize, stop)).Required(store).Count;
        return new(store.Name, rows, rows);
    }

    private static StoreHits InStream(Store store, IEnumerable<DeliveredRecord> records, List<byte[]> wanted)
    {
        var (seen, found) = (0L, 0L);
        foreach (var record in records)
        {
            seen++;
            if (Has(record.Key ?? "", wanted) || Has(record.Body.Span, wanted)) found++;
        }

        return new(store.Name, seen, found);
    }

    private static bool Has(string text, List<byte[]> wanted) => Has(Encoding.UTF8.GetBytes(text), wanted);

    private static bool Has(ReadOnlySpan<byte> bytes, List<byte[]> wanted)
    {
        foreach (var text in wanted)
            if (bytes.IndexOf(text) >= 0) return true;
        return false;
    }
}

/// <param name="Store">Where was looked.</param>
/// <param name="Entries">How many entries were looked at.</param>
/// <param name="Hits">How many of them know.</param>
/// <param name="Searched">False where nobody but the host can look: what is there ends with the store's expiry.</param>
public sealed record StoreHits(string Store, long Entries, long Hits, bool Searched = true);
