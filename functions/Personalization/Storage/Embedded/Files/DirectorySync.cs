using System.Runtime.InteropServices;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>
/// Makes names durable. A file that was synced but whose directory was not can be missing after a power cut, and the
/// framework has no call for it: it refuses to open a directory. Windows does not need it.
/// </summary>
internal static class DirectorySync
{
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(Encoding.UTF8.GetBytes(path + '\0'), flags: 0);
        if (descriptor < 0) throw Failed(path);
        try
        {
            if (Sync(descriptor) != 0) throw Failed(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failed(string path) => new($"The directory {path} could not be synced: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
