using System.Text;
using System.Text.RegularExpressions;

namespace Personalization.Tests.Trust;

/// <summary>Looks for a text in bytes however they hold it: as UTF-8 or UTF-16, in either case, as hex, within base64.</summary>
internal static class Search
{
    private const int ShortestRun = 16;

    public static bool Holds(byte[] bytes, string text) => Forms(text).Any(f => bytes.AsSpan().IndexOf(f) >= 0) || Decoded(bytes).Any(d => Forms(text).Any(f => d.AsSpan().IndexOf(f) >= 0));

    public static bool Holds(byte[] bytes, ReadOnlySpan<byte> key) => bytes.AsSpan().IndexOf(key) >= 0;

    /// <summary>What runs of base64 stand for. A run may begin with other letters, so it is read from each of its first four on.</summary>
    public static IEnumerable<byte[]> Decoded(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        foreach (Match run in Regex.Matches(text, $"[A-Za-z0-9+/_-]{{{ShortestRun},}}", RegexOptions.None, TimeSpan.FromSeconds(30)))
        {
            var letters = run.Value.Replace('-', '+').Replace('_', '/');
            for (var from = 0; from < 4; from++) yield return Convert.FromBase64String(letters[from..(from + ((letters.Length - from) / 4 * 4))]);
        }
    }

    public static IEnumerable<(string Path, byte[] Bytes)> Files(string directory)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            // The engine's lock on its directory cannot be opened, and holds nothing.
            if (new FileInfo(path).Length == 0) continue;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            yield return (path, bytes.ToArray());
        }
    }

    private static IEnumerable<byte[]> Forms(string text)
    {
        foreach (var form in new[] { text, text.ToLowerInvariant(), text.ToUpperInvariant() })
        {
            yield return Encoding.UTF8.GetBytes(form);
            yield return Encoding.Unicode.GetBytes(form);
            yield return Encoding.BigEndianUnicode.GetBytes(form);
            yield return Encoding.ASCII.GetBytes(Convert.ToHexString(Encoding.UTF8.GetBytes(form)));
            yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(form)));
        }
    }
}
