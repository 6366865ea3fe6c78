namespace Personalization.Storage.Embedded;

/// <summary>
/// All the engine asks of a disk. Names are relative, with a slash after a folder. Everything throws <see cref="IOException"/>
/// or <see cref="UnauthorizedAccessException"/> when the disk refuses.
/// </summary>
internal interface IFiles
{
    /// <summary>How the directory is called in messages.</summary>
    string Name { get; }

    /// <summary>Creates the directory if needed and takes it for this process alone, until disposed.</summary>
    IDisposable Lock();

    IReadOnlyList<string> List(string folder);

    void MakeFolder(string folder);

    /// <summary>A new empty file; what was there under the name is replaced.</summary>
    IFile Create(string name);

    IFile Open(string name);

    /// <summary>Replaces what is at the target.</summary>
    void Rename(string from, string to);

    /// <summary>Deleting what is not there is fine.</summary>
    void Delete(string name);

    /// <summary>Returns when creations, renames and deletions in the folder would survive a power cut.</summary>
    void SyncNames(string folder);
}

internal interface IFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads up to the span's length; fewer bytes only at the end of the file.</summary>
    int Read(Span<byte> into, long at);

    void Write(ReadOnlySpan<byte> bytes, long at);

    void Truncate(long length);

    /// <summary>Returns when everything written would survive a power cut.</summary>
    void Sync();
}
