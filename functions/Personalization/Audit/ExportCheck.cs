using System.Text.Json;
using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <param name="Good">Whether everything holds.</param>
/// <param name="FirstBad">The first entry that does not, where it is an entry.</param>
/// <param name="Says">What was found, for people.</param>
public sealed record CheckResult(bool Good, long? FirstBad, string Says);

/// <summary>
/// Checks an exported log with nothing but the file: every checkpoint's chain and signature, every entry against its hash,
/// and at every checkpoint the hash of all entries up to there.
/// </summary>
public static class ExportCheck
{
    /// <summary>What the first line of an export says; null where it is none.</summary>
    public static ExportHeader? Begin(string? line) => Parse(line, Stored.Default.ExportHeader) is { Log: ExportHeader.ThisKind, Keys: not null } header && header.Keys.All(k => k is { Id: not null, Key: not null }) ? header : null;

    /// <param name="header">From the first line.</param>
    /// <param name="file">From the second line on.</param>
    public static CheckResult Run(ExportHeader header, TextReader file)
    {
        if (ReadCheckpoints(file, header, out var fault) is not { } checkpoints) return Bad(fault!);
        if (Entries(file, header, checkpoints, out var told) is { } bad) return bad;
        if (header.Keys.FirstOrDefault(k => told.GetValueOrDefault(k.Id) != k.Validity) is { } unknown) return Bad($"The log does not tell of the key {unknown.Id} as the header does.");
        if (file.ReadLine() is not null) return Bad($"More follows after the {header.Size} entries the header says.");
        var last = checkpoints[^1];
        return new(true, null, $"Good: {header.Size} entries of {header.Origin}, {checkpoints.Count} checkpoints, the last of {last.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} with root {last.Root}, signed with {string.Join(", ", checkpoints.Select(c => c.Key).Distinct())}. Compare the keys, and any checkpoint you kept, with what you had before.");
    }

    private static List<Checkpoint>? ReadCheckpoints(TextReader file, ExportHeader header, out string? fault)
    {
        var (read, keys) = (new List<Checkpoint>(), header.Keys.GroupBy(k => k.Id).ToDictionary(k => k.Key, k => k.First(), StringComparer.Ordinal));
        for (var n = 0L; n < header.Checkpoints; n++)
        {
            if (Parse(file.ReadLine(), Stored.Default.Checkpoint) is not { Key: not null, Root: not null, Origin: not null, Previous: not null, Signature: not null } checkpoint) { fault = $"Checkpoint {n} is missing or cannot be read."; return null; }
            fault = checkpoint.Fault(read.LastOrDefault()) ?? checkpoint.Fault(keys.GetValueOrDefault(checkpoint.Key)) ?? (checkpoint.Origin == header.Origin ? null : "is of another log than the header says");
            if (fault is not null) { fault = $"Checkpoint {n} {fault}."; return null; }
            read.Add(checkpoint);
        }

        fault = read.Count == 0 ? "There is no checkpoint: nothing here is signed for." : read[^1].Size == header.Size ? null : $"The last checkpoint is of {read[^1].Size} entries, and the header says {header.Size}.";
        return fault is null ? read : null;
    }

    private static CheckResult? Entries(TextReader file, ExportHeader header, List<Checkpoint> checkpoints, out Dictionary<string, string> told)
    {
        told = new(StringComparer.Ordinal);
        var (tree, next) = (new HashTree(), checkpoints.SkipWhile(c => c.Size == 0).ToList());
        for (var (index, checkpoint, good) = (0L, 0, 0L); index < header.Size; index++)
        {
            if (Fault(file.ReadLine(), index, tree, told) is { } fault) return new(false, index, $"Entry {index} {fault}.");
            if (tree.Size % SegmentTile.Leaves == 0) tree.Forget(tree.Size);
            for (; checkpoint < next.Count && next[checkpoint].Size == tree.Size; checkpoint++)
            {
                var by = next[checkpoint];
                if ($"{tree.Root()}" != by.Root) return new(false, good, $"Entry {good} is the first that nothing vouches for: entries {good} to {index} do not give the root of checkpoint {by.Number}.");
                if (!told.ContainsKey(by.Key)) return new(false, good, $"Entry {good} is the first that nothing vouches for: checkpoint {by.Number} is signed with {by.Key}, and the log does not say that this key was made.");
                good = tree.Size;
            }
        }

        return null;
    }

    private static string? Fault(string? line, long index, HashTree tree, Dictionary<string, string> keys)
    {
        if (line is null) return "is missing: the file ends before it";
        if (Parse(line, Stored.Default.ExportEntry) is not { Leaf: not null, Entry: not null } entry || Digest.Parse(entry.Leaf) is not { } leaf) return "cannot be read";
        if (entry.Index != index) return $"is missing: entry {entry.Index} stands in its place";
        if (Bytes(entry.Entry) is not { } bytes || TreeHash.Leaf(bytes) != leaf) return "was changed: its bytes do not have its hash";
        var rendered = JsonSerializer.Serialize(ExportEntry.Of(index, leaf, bytes), Stored.Default.ExportEntry);
        if (rendered != line) return "does not say what its bytes say";
        tree.Add(leaf);
        if (entry is { Type: AuditTypes.KeyCreated, Open: { } open } && open.TryGetValue("key", out var key)) keys[key] = $"{open.GetValueOrDefault("signsFrom")} {open.GetValueOrDefault("signsUntil")}";
        return null;
    }

    private static byte[]? Bytes(string base64)
    {
        try { return Convert.FromBase64String(base64); }
        catch (FormatException) { return null; }
    }

    private static T? Parse<T>(string? line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        // A line that says the same in another way was not written by us.
        try { return line is not null && JsonSerializer.Deserialize(line, type) is { } value && JsonSerializer.Serialize(value, type) == line ? value : null; }
        catch (JsonException) { return null; }
    }

    private static CheckResult Bad(string why) => new(false, null, why);
}
