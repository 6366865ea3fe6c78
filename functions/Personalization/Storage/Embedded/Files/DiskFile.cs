using Microsoft.Win32.SafeHandles;

namespace Personalization.Storage.Embedded;

internal sealed class DiskFile(string path, FileMode mode) : IFile
{
    private readonly SafeFileHandle handle =
        File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> into, long at)
    {
        var read = 0;
        while (read < into.Length)
        {
            var some = RandomAccess.Read(handle, into[read..], at + read);
            if (some == 0) break;
            read += some;
        }
        return read;
    }

    public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(handle, bytes, at);

    public void Truncate(long length) => RandomAccess.SetLength(handle, length);

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();
}
