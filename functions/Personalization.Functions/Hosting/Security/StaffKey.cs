using System.Security.Cryptography;

namespace Personalization.Functions.Hosting.Security;

/// <summary>
/// The key of whoever runs the engine on their own machine without having configured any. It stays the same over
/// restarts, in a file only that user can read.
/// </summary>
internal static class StaffKey
{
    public const string FileName = "staff.key";

    public static string ReadOrCreate(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: >= 32 } known) return known;
        Directory.CreateDirectory(directory);
        var key = RandomNumberGenerator.GetHexString(40, lowercase: true);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        file.Write(key);
        return key;
    }
}
