using System.Security.Cryptography;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>
/// The blobs of one store: a file each, called by the hash of its name so that any name fits any disk. A file gets its
/// final name when it is durable, so a blob is there whole or not at all.
/// </summary>
internal sealed class BlobFolder(IFiles files, Store store) : IDisposable
{
    private readonly SortedList<string, BlobHeader> blobs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim writing = new(1);
    private readonly Lock gate = new();

    private string Folder => "blobs/" + store.Name;

    public void Open()
    {
        files.MakeFolder("blobs");
        files.MakeFolder(Folder);
        foreach (var name in files.List(Folder))
        {
            if (name.EndsWith(LogNames.Unfinished, StringComparison.Ordinal)) files.Delete($"{Folder}/{name}");
            else Load($"{Folder}/{name}");
        }
        files.SyncNames(Folder);
        files.SyncNames("blobs");
        files.SyncNames("");
    }

    public BlobHeader? Find(string name)
    {
        lock (gate) return blobs.TryGetValue(name, out var header) ? header : null;
    }

    public List<BlobHeader> List(string prefix, string? after, int max)
    {
        lock (gate)
        {
            return [.. blobs.Values.Skip(FirstFrom(after is null || string.CompareOrdinal(after, prefix) < 0 ? prefix : after))
                .SkipWhile(b => b.Name == after)
                .TakeWhile(b => b.Name.StartsWith(prefix, StringComparison.Ordinal)).Take(max)];
        }
    }

    /// <summary>Null when the name is taken.</summary>
    public async Task<BlobHeader?> Write(string name, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            if (Find(name) is not null) return null;
            var header = new BlobHeader(name, body.Length, Crc32C.Of(body.Span));
            await Task.Run(() => Write(header, body.Span), CancellationToken.None);
            lock (gate) blobs.Add(name, header);
            return header;
        }
        finally
        {
            writing.Release();
        }
    }

    public byte[]? Read(string name)
    {
        if (Find(name) is not { } header) return null;
        using var file = files.Open(FileOf(name));
        var body = new byte[header.Length];
        if (file.Read(body, header.Bytes) < body.Length || Crc32C.Of(body) != header.Checksum)
            throw new StorageDamagedException(FileOf(name), header.Bytes, "the blob's bytes fail their checksum");
        return body;
    }

    /// <summary>Returns when the names' bytes are off the disk. False when none of them was there.</summary>
    public async Task<bool> Delete(Func<string, bool> which, CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            List<string> doomed;
            lock (gate) doomed = [.. blobs.Keys.Where(which)];
            foreach (var name in doomed)
            {
                files.Delete(FileOf(name));
                lock (gate) blobs.Remove(name);
            }
            if (doomed.Count > 0) files.SyncNames(Folder);
            return doomed.Count > 0;
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => writing.Dispose();

    private string FileOf(string name) => $"{Folder}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";

    private void Load(string path)
    {
        using var file = files.Open(path);
        if (BlobHeader.Read(file) is not { } header || FileOf(header.Name) != path) throw new StorageStartException(path, 0, "the blob's header is damaged; restore the file from a backup or delete it");
        if (file.Length != header.Bytes + header.Length) throw new StorageStartException(path, file.Length, $"the blob has {file.Length} bytes instead of {header.Bytes + header.Length}; restore the file from a backup or delete it");
        blobs.Add(header.Name, header);
    }

    private void Write(BlobHeader header, ReadOnlySpan<byte> body)
    {
        var path = FileOf(header.Name);
        try
        {
            using (var file = files.Create(path + LogNames.Unfinished))
            {
                file.Write(header.ToBytes(), 0);
                file.Write(body, header.Bytes);
                file.Sync();
            }
            files.Rename(path + LogNames.Unfinished, path);
            files.SyncNames(Folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            files.Delete(path + LogNames.Unfinished);
            files.Delete(path);
            throw;
        }
    }

    private int FirstFrom(string name)
    {
        int low = 0, high = blobs.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(blobs.Keys[middle], name) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
