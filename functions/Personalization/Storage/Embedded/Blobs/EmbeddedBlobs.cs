namespace Personalization.Storage.Embedded;

internal sealed class EmbeddedBlobs : IBlobs, IDisposable
{
    private readonly Dictionary<string, (Store Store, BlobFolder Folder)> folders = [];

    public EmbeddedBlobs(IFiles files, IEnumerable<Store> stores)
    {
        foreach (var store in stores.Where(s => s.Kind == StoreKind.Blobs))
        {
            var folder = new BlobFolder(files, store);
            folder.Open();
            folders[store.Name] = (store, folder);
        }
    }

    public ValueTask<Outcome<BlobInfo>> Put(Store folder, string name, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var target = Folder(folder);
        Keys.Require(name, nameof(name));
        return new(Guarded(async () =>
            await target.Write(name, body, stop) is { } written ? Outcome.Ok(Info(written)) : Outcome.Failed<BlobInfo>(Status.Conflict)));
    }

    public ValueTask<Outcome<ReadOnlyMemory<byte>>> Get(Store folder, string name, CancellationToken stop)
    {
        var source = Folder(folder);
        return new(Guarded(() => Task.Run(() =>
            source.Read(name) is { } body ? Outcome.Ok<ReadOnlyMemory<byte>>(body) : Outcome.Failed<ReadOnlyMemory<byte>>(Status.NotFound), stop)));
    }

    public ValueTask<Outcome<BlobInfo>> Head(Store folder, string name, CancellationToken stop) =>
        new(Folder(folder).Find(name) is { } found ? Outcome.Ok(Info(found)) : Outcome.Failed<BlobInfo>(Status.NotFound));

    public ValueTask<Outcome<bool>> Delete(Store folder, string name, CancellationToken stop)
    {
        var target = Folder(folder);
        return new(Guarded(async () =>
            await target.Delete(n => n == name, stop) ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.NotFound)));
    }

    public ValueTask<Outcome<Page<BlobInfo>>> List(Store folder, string prefix, string? next, int max, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var found = Folder(folder).List(prefix, next, max);
        return new(Outcome.Ok(new Page<BlobInfo>([.. found.Select(Info)], found.Count == max ? found[^1].Name : null)));
    }

    /// <summary>Deletes every blob whose name begins with the subject and a slash.</summary>
    public async Task<bool> Erase(string subject)
    {
        var erased = await Guarded(async () =>
        {
            foreach (var (store, folder) in folders.Values)
                if (store.Subject == SubjectKey.NamePrefix) await folder.Delete(n => n.StartsWith(subject + '/', StringComparison.Ordinal), CancellationToken.None);
            return Outcome.Ok(true);
        });
        return erased.Ok;
    }

    public void Dispose()
    {
        foreach (var (_, folder) in folders.Values) folder.Dispose();
    }

    private BlobFolder Folder(Store store) =>
        store.Kind == StoreKind.Blobs && folders.TryGetValue(store.Name, out var found) && found.Store == store
            ? found.Folder
            : throw new InvalidOperationException($"'{store.Name}' is not a declared blob folder; add it to the store registry.");

    /// <summary>A blob never changes, so its checksum and length are its version.</summary>
    private static BlobInfo Info(BlobHeader header) => new(header.Name, header.Length, new Etag(((ulong)header.Checksum << 32) | (uint)header.Length));

    private static async Task<Outcome<T>> Guarded<T>(Func<Task<Outcome<T>>> call)
    {
        try
        {
            return await call();
        }
        catch (FileNotFoundException)
        {
            // Deleted between finding and opening it.
            return Outcome.Failed<T>(Status.NotFound);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Outcome.Failed<T>(Status.Unavailable);
        }
    }
}
