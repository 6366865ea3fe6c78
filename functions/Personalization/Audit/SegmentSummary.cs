using System.Buffers.Binary;
using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <summary>What is known of a full segment without opening it.</summary>
/// <param name="Root">The hash over all its entries.</param>
/// <param name="From">Its earliest time, in milliseconds.</param>
/// <param name="To">Its latest.</param>
/// <param name="Types">A bit for each type that occurs.</param>
/// <param name="Tags">The first four bytes of each tag that occurs, in order: who is not among them is not in the segment.</param>
internal sealed record SegmentSummary(Digest Root, long From, long To, ulong Types, IReadOnlyList<uint> Tags)
{
    private const byte Version = 1;
    private const int Head = 1 + Digest.Bytes + 8 + 8 + 8;

    public static SegmentSummary Of(Digest root, IEnumerable<Framed> entries)
    {
        var (from, to, types, tags) = (long.MaxValue, long.MinValue, 0UL, new SortedSet<uint>());
        foreach (var e in entries)
        {
            // What nobody can read is still in its place; no search finds it.
            if (EntryBytes.Read(e.Entry) is not { } entry) continue;
            var at = entry.At.ToUnixTimeMilliseconds();
            (from, to, types) = (Math.Min(from, at), Math.Max(to, at), types | AuditTypes.Bit(entry.Type));
            if (!entry.Tag.IsEmpty) tags.Add(Short(entry.Tag.Span));
        }

        return new(root, from, to, types, [.. tags]);
    }

    public bool MayHold(AuditFilter filter) =>
        (filter.Type is null || (Types & AuditTypes.Bit(filter.Type)) != 0)
        && (filter.From is not { } from || To >= from.ToUnixTimeMilliseconds())
        && (filter.To is not { } to || From < to.ToUnixTimeMilliseconds())
        && (filter.About is not { } key || Tags.Contains(Short(key.Tag.Span)));

    public byte[] ToBytes()
    {
        var bytes = new byte[Head + (Tags.Count * sizeof(uint))];
        bytes[0] = Version;
        Root.Write(bytes.AsSpan(1));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1 + Digest.Bytes), From);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9 + Digest.Bytes), To);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(17 + Digest.Bytes), Types);
        for (var i = 0; i < Tags.Count; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(Head + (i * sizeof(uint))), Tags[i]);
        return bytes;
    }

    /// <exception cref="InvalidDataException">These are not the bytes of a summary.</exception>
    public static SegmentSummary Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Head || bytes[0] != Version || (bytes.Length - Head) % sizeof(uint) != 0) throw new InvalidDataException("A summary of the audit log is damaged.");
        var tags = new uint[(bytes.Length - Head) / sizeof(uint)];
        for (var i = 0; i < tags.Length; i++) tags[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(Head + (i * sizeof(uint)))..]);
        return new(
            Digest.Read(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + Digest.Bytes)..]), BinaryPrimitives.ReadInt64BigEndian(bytes[(9 + Digest.Bytes)..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[(17 + Digest.Bytes)..]), tags);
    }

    private static uint Short(ReadOnlySpan<byte> tag) => BinaryPrimitives.ReadUInt32BigEndian(tag);
}
