using System.Collections.Concurrent;

namespace Personalization.Storage.Embedded;

/// <summary>A directory that ends with the process: demonstrations and tests run the whole engine on it.</summary>
internal sealed class MemoryFiles : IFiles
{
    private readonly ConcurrentDictionary<string, MemoryFile> files = [];
    private int locked;

    public string Name => "memory";

    public IDisposable Lock() =>
        Interlocked.Exchange(ref locked, 1) == 0 ? new Release(this) : throw new IOException("the directory is in use");

    public IReadOnlyList<string> List(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + '/';
        return [.. files.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..].Split('/')[0]).Distinct()];
    }

    public void MakeFolder(string folder) { }

    public IFile Create(string name) => files[name] = new MemoryFile();

    public IFile Open(string name) => files.TryGetValue(name, out var file) ? file : throw new FileNotFoundException($"{name} is not there", name);

    public void Rename(string from, string to)
    {
        if (!files.TryRemove(from, out var file)) throw new FileNotFoundException($"{from} is not there", from);
        files[to] = file;
    }

    public void Delete(string name) => files.TryRemove(name, out _);

    public void SyncNames(string folder) { }

    private sealed class Release(MemoryFiles owner) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref owner.locked, 0);
    }
}
