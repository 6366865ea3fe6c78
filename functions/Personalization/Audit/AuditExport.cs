using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <summary>
/// The whole log as lines of JSON: a header with the keys, every checkpoint, every entry. It ends where its last checkpoint
/// does, so all of it is signed for.
/// </summary>
public sealed class AuditExport(AuditReader reader, AuditProofs proofs, Checkpoints checkpoints, SigningKeys keys)
{
    public async Task Write(Stream to, CancellationToken stop)
    {
        await checkpoints.Make(stop);
        var published = await keys.Published(stop);
        // Every key that is published now was told to the log before, so this one covers that.
        var last = await checkpoints.Make(stop);
        var header = new ExportHeader(ExportHeader.ThisKind, last.Origin, last.Size, last.Number + 1, published);
        await Line(to, header, Stored.Default.ExportHeader, stop);
        for (var number = 0L; number <= last.Number; number++)
            await Line(to, await checkpoints.Find(number, stop) ?? throw new InvalidDataException($"Checkpoint {number} of the audit log is missing."), Stored.Default.Checkpoint, stop);
        for (var segment = 0L; segment * SegmentTile.Leaves < last.Size; segment++) await Segment(to, segment, last.Size, stop);
    }

    // Each entry goes beside the hash the tree was built of, so that who checks can tell which of them was changed.
    private async ValueTask Segment(Stream to, long segment, long size, CancellationToken stop)
    {
        var (entries, leaves) = (await reader.Segment(segment, stop), await proofs.Leaves(segment, size, stop));
        for (var i = 0; i < leaves.Length; i++)
        {
            if (i < entries.Count) await Line(to, ExportEntry.Of((segment * SegmentTile.Leaves) + i, leaves[i], entries[i].Entry), Stored.Default.ExportEntry, stop);
        }
    }

    private static async ValueTask Line<T>(Stream to, T value, JsonTypeInfo<T> type, CancellationToken stop)
    {
        await to.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), stop);
        await to.WriteAsync("\n"u8.ToArray(), stop);
    }
}

/// <param name="Log">What kind of file this is.</param>
/// <param name="Origin">Which log.</param>
/// <param name="Size">How many entries follow the checkpoints.</param>
/// <param name="Checkpoints">How many checkpoints follow.</param>
/// <param name="Keys">All keys there ever were.</param>
public sealed record ExportHeader(string Log, string Origin, long Size, long Checkpoints, IReadOnlyList<PublishedKey> Keys)
{
    public const string ThisKind = "personalization-audit-export/1";
}

/// <summary>An entry in an export: what it says, and the bytes that count.</summary>
public sealed record ExportEntry(long Index, DateTimeOffset? At, string? Type, string? About, IReadOnlyDictionary<string, string>? Open, string Leaf, string Entry)
{
    public static ExportEntry Of(long index, Digest leaf, ReadOnlyMemory<byte> bytes)
    {
        var said = EntryBytes.Read(bytes) is { } entry ? FoundEntry.Of(index, entry, null) : null;
        return new(index, said?.At, said?.Type, said?.About, said?.Open, $"{leaf}", Convert.ToBase64String(bytes.Span));
    }
}
