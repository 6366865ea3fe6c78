using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Catalog;

/// <summary>
/// The items on offer. Readers see an immutable snapshot; an upsert stores first and then swaps it. Another process's
/// upserts arrive with the next refresh, started by a read that finds the snapshot old.
/// </summary>
public sealed class Catalogue(IDocuments documents, TimeProvider time, CatalogueOptions options)
{
    public static readonly Store Store = new(
        "items", StoreKind.Documents, "catalogue", "Describes what can be shown, so that behaviour can be read and answered",
        Sensitivity.Public, null, "one partition for the whole catalogue", SubjectKey.None);

    private const string Partition = "catalogue";
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Refreshed<CatalogueSnapshot> snapshot = new(CatalogueSnapshot.Empty, time, options.RefreshAfter);

    private Func<CancellationToken, Task<CatalogueSnapshot>>? loading;

    // Kept, because a method given as a value is an allocation, here for every request.
    private Func<CancellationToken, Task<CatalogueSnapshot>> Loading => loading ??= Load;

    public CatalogueSnapshot Now => snapshot.Read(Loading);

    /// <summary>The catalogue, read from the store if it never was: features made without it would lack their category for good.</summary>
    public ValueTask<CatalogueSnapshot> Loaded(CancellationToken stop) => snapshot.Loaded(Loading, stop);

    public async ValueTask<int> Upsert(IReadOnlyList<Item> items, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            var known = await Loaded(stop);
            // All at once, so that one sync of the store serves many.
            foreach (var written in await Task.WhenAll(items.Select(i => Put(i, stop)))) written.Required(Store);
            snapshot.Set(known.With(items));
        }
        finally { writing.Release(); }

        return items.Count;
    }

    private Task<Outcome<Etag>> Put(Item item, CancellationToken stop) =>
        documents.Put(Store, Partition, item.Id, JsonSerializer.SerializeToUtf8Bytes(item, Stored.Default.Item), Condition.None, null, stop).AsTask();

    private async Task<CatalogueSnapshot> Load(CancellationToken stop)
    {
        var items = new List<Item>();
        string? next = null;
        do
        {
            var page = (await documents.List(Store, Partition, next, 1000, stop)).Required(Store);
            items.AddRange(page.Items.Select(d => Stored.Read(d.Body, Stored.Default.Item)).OfType<Item>());
            next = page.Next;
        }
        while (next is not null);
        return CatalogueSnapshot.Empty.With(items);
    }
}

/// <param name="RefreshAfter">Age at which a read starts a reload.</param>
public sealed record CatalogueOptions(TimeSpan RefreshAfter)
{
    public static CatalogueOptions Read(Settings s) => new(
        s.Time("Catalogue:RefreshAfter", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "age of the item snapshot at which it is read again"));
}
