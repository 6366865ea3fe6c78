using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>Looks through a whole store for bytes that name a person, where no key leads to the entries that do.</summary>
internal sealed class StoreSearch
{
    private const int PageSize = 1000;

    private readonly IDocuments documents;
    private readonly Store store;
    private readonly SharedPass<byte[], List<Document>> pass;

    public StoreSearch(IDocuments documents, Store store) => (this.documents, this.store, pass) = (documents, store, new(Look));

    /// <summary>Documents that hold these bytes, as they were at some moment after the call.</summary>
    public async ValueTask<IReadOnlyList<Document>> Find(byte[] wanted, CancellationToken stop) => await pass.Ask(wanted, stop);

    private async Task<IReadOnlyList<List<Document>>> Look(IReadOnlyList<byte[]> wanted)
    {
        var found = wanted.Select(_ => new List<Document>()).ToList();
        string? at = null;
        do
        {
            // Nobody of them may give up for the others.
            var page = (await documents.Scan(store, at, PageSize, CancellationToken.None)).Required(store);
            foreach (var document in page.Items) Look(document, wanted, found);
            at = page.Next;
        }
        while (at is not null);
        return found;
    }

    private static void Look(Document document, IReadOnlyList<byte[]> wanted, List<List<Document>> found)
    {
        for (var i = 0; i < wanted.Count; i++)
            if (document.Body.Span.IndexOf(wanted[i]) >= 0) found[i].Add(document);
    }
}
