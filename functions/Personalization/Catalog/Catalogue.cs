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
    private const string SchemaPartition = "attributes";
    private const string SchemaId = "schema";
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Refreshed<CatalogueSnapshot> snapshot = new(CatalogueSnapshot.Empty, time, options.RefreshAfter);

    private readonly Refreshed<AttributeSchema> schema = new(AttributeSchema.Open, time, options.RefreshAfter);
    private Func<CancellationToken, Task<CatalogueSnapshot>>? loading;

    // Kept, because a method given as a value is an allocation, here for every request.
    private Func<CancellationToken, Task<CatalogueSnapshot>> Loading => loading ??= Load;

    public CatalogueSnapshot Now => snapshot.Read(Loading);

    /// <summary>The catalogue, read from the store if it never was: features made without it would lack their category for good.</summary>
    public ValueTask<CatalogueSnapshot> Loaded(CancellationToken stop) => snapshot.Loaded(Loading, stop);

    public async ValueTask<int> Upsert(IReadOnlyList<Item> items, CancellationToken stop)
    {
        await Write(_ => items, stop);
        return items.Count;
    }

    /// <summary>Applies changes to the items there are; gives back those whose item is not there.</summary>
    public async ValueTask<IReadOnlyList<ItemChange>> Change(IReadOnlyList<ItemChange> changes, CancellationToken stop)
    {
        var unknown = new List<ItemChange>();
        await Write(known => Changed(known, changes, unknown), stop);
        return unknown;
    }

    private static IReadOnlyList<Item> Changed(CatalogueSnapshot known, IReadOnlyList<ItemChange> changes, List<ItemChange> unknown)
    {
        var changed = new Dictionary<string, Item>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var item = changed.GetValueOrDefault(change.Id!) ?? known.Find(change.Id!)?.Item;
            if (item is null) unknown.Add(change);
            else changed[item.Id] = change.Of(item);
        }

        return [.. changed.Values];
    }

    private async ValueTask Write(Func<CatalogueSnapshot, IReadOnlyList<Item>> make, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            var known = await Loaded(stop);
            var items = make(known);
            // All at once, so that one sync of the store serves many.
            foreach (var written in await Task.WhenAll(items.Select(i => Put(i, stop)))) written.Required(Store);
            snapshot.Set(known.With(items));
        }
        finally { writing.Release(); }
    }

    /// <summary>What items' attributes must be from now on.</summary>
    public async ValueTask<AttributeSchema> Schema(CancellationToken stop) => await schema.Loaded(LoadSchema, stop);

    /// <summary>Whether a declaration is small enough to be stored.</summary>
    public static bool Fits(AttributeSchema declared) => Written(declared).Length <= Document.MaxBytes;

    private static byte[] Written(AttributeSchema declared) => JsonSerializer.SerializeToUtf8Bytes(declared.Declared, Stored.Default.IReadOnlyListAttributeDeclaration);

    /// <summary>Declares the attributes; says how many of the items there are do not keep to it. They stay as they are.</summary>
    public async ValueTask<int> Declare(AttributeSchema declared, CancellationToken stop)
    {
        (await documents.Put(Store, SchemaPartition, SchemaId, Written(declared), Condition.None, null, stop)).Required(Store);
        schema.Set(declared);
        return (await Loaded(stop)).All.Count(i => declared.Fault(i.Item) is not null);
    }

    private async Task<AttributeSchema> LoadSchema(CancellationToken stop)
    {
        var found = await documents.Get(Store, SchemaPartition, SchemaId, stop);
        if (found.Status == Status.NotFound) return AttributeSchema.Open;
        return Stored.Read(found.Required(Store).Body, Stored.Default.IReadOnlyListAttributeDeclaration) is { } declared ? new(declared) : AttributeSchema.Open;
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
        return snapshot.Current.Replaced(items);
    }
}

/// <param name="RefreshAfter">Age at which a read starts a reload.</param>
public sealed record CatalogueOptions(TimeSpan RefreshAfter)
{
    public static CatalogueOptions Read(Settings s) => new(
        s.Time("Catalogue:RefreshAfter", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "age of the item snapshot at which it is read again"));
}
