using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>
/// Asks Linux to back memory with pages of 2 MiB. A scan of all items touches every page once, and small ones make the
/// processor wait for the page table: a fifth of the time of a scan. Only a wish: where it is not granted nothing changes.
/// </summary>
internal static class LargePages
{
    private const int HugePages = 14;
    private const nint Page = 4096;

    /// <summary>Below this no large page fits for sure.</summary>
    private const nint Smallest = 4 << 20;

    public static void Prefer(nint address, nint bytes)
    {
        if (!OperatingSystem.IsLinux() || bytes < Smallest) return;
        var start = (address + Page - 1) & -Page;
        try
        {
            _ = Advise(start, (nuint)(((address + bytes) & -Page) - start), HugePages);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without this call has small pages only.
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nuint bytes, int advice);
}
