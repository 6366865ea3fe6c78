using System.Buffers;
using System.Buffers.Binary;
using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <summary>An entry's bytes beside the hash the tree was built of. Where they do not agree, the entry was tampered with.</summary>
public readonly record struct Framed(Digest Leaf, ReadOnlyMemory<byte> Entry)
{
    public bool Sound => TreeHash.Leaf(Entry.Span) == Leaf;
}

/// <summary>Entries one after the other, as tail documents and segments hold them: a version, then for each its leaf hash, its length, its bytes.</summary>
internal static class Frames
{
    private const byte Version = 1;
    private const int Head = Digest.Bytes + sizeof(int);

    public static byte[] Write(IReadOnlyList<Framed> entries)
    {
        var bytes = new byte[1 + entries.Sum(e => Head + e.Entry.Length)];
        bytes[0] = Version;
        var at = 1;
        foreach (var e in entries)
        {
            e.Leaf.Write(bytes.AsSpan(at));
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + Digest.Bytes), e.Entry.Length);
            e.Entry.Span.CopyTo(bytes.AsSpan(at + Head));
            at += Head + e.Entry.Length;
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">These are not the bytes of entries.</exception>
    public static List<Framed> Read(ReadOnlyMemory<byte> bytes)
    {
        var entries = new List<Framed>();
        if (bytes.IsEmpty || bytes.Span[0] != Version) throw new InvalidDataException("The audit log holds bytes of another version.");
        for (var left = bytes[1..]; !left.IsEmpty;)
        {
            var length = left.Length < Head ? -1 : BinaryPrimitives.ReadInt32BigEndian(left.Span[Digest.Bytes..]);
            if (length < 0 || length > left.Length - Head) throw new InvalidDataException("The audit log holds an entry that is cut off.");
            entries.Add(new(Digest.Read(left.Span), left.Slice(Head, length)));
            left = left[(Head + length)..];
        }

        return entries;
    }
}
