namespace Personalization.Storage.Embedded;

/// <summary>A directory of a real disk.</summary>
internal sealed class DiskFiles(string root) : IFiles
{
    private const string LockFile = "lock";

    public string Name { get; } = Path.GetFullPath(root);

    public IDisposable Lock()
    {
        Directory.CreateDirectory(Name);
        // The lock is the operating system's and ends with the process, however it ends; the file itself stays.
        return new FileStream(At(LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    public IReadOnlyList<string> List(string folder)
    {
        var path = At(folder);
        return Directory.Exists(path) ? [.. Directory.EnumerateFileSystemEntries(path).Select(f => Path.GetFileName(f))] : [];
    }

    public void MakeFolder(string folder) => Directory.CreateDirectory(At(folder));

    public IFile Create(string name) => new DiskFile(At(name), FileMode.Create);

    public IFile Open(string name) => new DiskFile(At(name), FileMode.Open);

    public void Rename(string from, string to) => File.Move(At(from), At(to), overwrite: true);

    public void Delete(string name) => File.Delete(At(name));

    public void SyncNames(string folder) => DirectorySync.Flush(At(folder));

    private string At(string name) => name.Length == 0 ? Name : Path.Combine(Name, name);
}
