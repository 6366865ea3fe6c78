using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// Looks through a whole store for bytes that name a person, where no key leads to the entries that do. Everybody who asks
/// while it looks shares the next pass, so any number of erasures at once cost two passes.
/// </summary>
internal sealed class StoreSearch(IDocuments documents, Store store)
{
    private const int PageSize = 1000;

    private readonly Lock gate = new();
    private Task current = Task.CompletedTask;
    private Pass? next;

    /// <summary>Documents that hold these bytes, as they were at some moment after the call.</summary>
    public async ValueTask<IReadOnlyList<Document>> Find(byte[] wanted, CancellationToken stop)
    {
        Pass pass;
        int place;
        lock (gate)
        {
            pass = next ??= Begin();
            place = pass.Add(wanted);
        }

        return (await pass.Work.WaitAsync(stop))[place];
    }

    private Pass Begin()
    {
        var pass = new Pass();
        pass.Work = After(current, pass);
        return pass;
    }

    private async Task<IReadOnlyList<List<Document>>> After(Task before, Pass pass)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        byte[][] wanted;
        // Whoever comes from now on waits for the next one.
        lock (gate) (current, next, wanted) = (pass.Work, null, [.. pass.Wanted]);
        var found = wanted.Select(_ => new List<Document>()).ToList();
        string? at = null;
        do
        {
            var page = (await documents.Scan(store, at, PageSize, CancellationToken.None)).Required(store);
            foreach (var document in page.Items) Look(document, wanted, found);
            at = page.Next;
        }
        while (at is not null);
        return found;
    }

    private static void Look(Document document, byte[][] wanted, List<List<Document>> found)
    {
        for (var i = 0; i < wanted.Length; i++)
            if (document.Body.Span.IndexOf(wanted[i]) >= 0) found[i].Add(document);
    }

    private sealed class Pass
    {
        public List<byte[]> Wanted { get; } = [];

        public Task<IReadOnlyList<List<Document>>> Work { get; set; } = null!;

        public int Add(byte[] wanted)
        {
            Wanted.Add(wanted);
            return Wanted.Count - 1;
        }
    }
}
