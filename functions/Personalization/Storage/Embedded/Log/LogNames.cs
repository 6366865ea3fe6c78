using System.Globalization;

namespace Personalization.Storage.Embedded;

/// <summary>How the engine's files are called.</summary>
internal static class LogNames
{
    public const string Journal = "journal", Snapshot = "snapshot", Stream = "stream";

    /// <summary>How long the records live whose files have no number behind "stream".</summary>
    public static readonly TimeSpan StreamRetention = TimeSpan.FromDays(1);

    /// <summary>Anything still being written; it counts for nothing until it is renamed, and is deleted at start.</summary>
    public const string Unfinished = ".tmp";

    public static string Of(string kind, long number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:D8}.log");

    /// <summary>The numbers of the files of one kind, ascending.</summary>
    public static List<long> Numbers(IFiles files, string kind) =>
        [.. files.List("").Where(n => n.StartsWith(kind + "-", StringComparison.Ordinal) && n.EndsWith(".log", StringComparison.Ordinal))
            .Select(n => long.Parse(n.AsSpan(kind.Length + 1, n.Length - kind.Length - 5), NumberStyles.None, CultureInfo.InvariantCulture)).Order()];

    /// <summary>The kind of the files that hold the records of hubs of one retention.</summary>
    public static string StreamOf(TimeSpan retention) =>
        retention == StreamRetention ? Stream
        : retention.Ticks % TimeSpan.TicksPerDay == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Stream}{retention.Ticks / TimeSpan.TicksPerDay}d")
        : string.Create(CultureInfo.InvariantCulture, $"{Stream}{retention.Ticks}t");

    /// <summary>The kind of a stream's file, or null for other files.</summary>
    public static string? StreamKind(string name) =>
        name.StartsWith(Stream, StringComparison.Ordinal) && name.EndsWith(".log", StringComparison.Ordinal) && name.LastIndexOf('-') is > 0 and var end ? name[..end] : null;

    public static void DeleteUnfinished(IFiles files)
    {
        foreach (var name in files.List("").Where(n => n.EndsWith(Unfinished, StringComparison.Ordinal))) files.Delete(name);
    }
}
