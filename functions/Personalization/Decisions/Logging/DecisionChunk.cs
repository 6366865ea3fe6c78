using System.Buffers.Binary;
using Personalization.Identity;

namespace Personalization.Decisions.Logging;

/// <summary>Decisions one after the other in memory that is used again: subject, id, length and body of each.</summary>
internal sealed class DecisionChunk(byte[] bytes, long began)
{
    public const int Head = SubjectBytes + DecisionId.Bytes + sizeof(int);

    private const int SubjectBytes = 16;
    private int length;

    public byte[] Memory => bytes;

    /// <summary>When its first decision came, as a timestamp.</summary>
    public long Began { get; } = began;

    public int Count { get; private set; }

    /// <summary>False where there is no room left.</summary>
    public bool Add(Subject subject, in DecisionId id, ReadOnlySpan<byte> body)
    {
        if (bytes.Length - length < Head + body.Length) return false;
        var into = bytes.AsSpan(length);
        BinaryPrimitives.WriteUInt128LittleEndian(into, subject.Key);
        id.Write(into[SubjectBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(into[(SubjectBytes + DecisionId.Bytes)..], body.Length);
        body.CopyTo(into[Head..]);
        length += Head + body.Length;
        Count++;
        return true;
    }

    /// <summary>What is in it; good until its memory is used again.</summary>
    public void Read(List<LoggedDecision> into)
    {
        for (var at = 0; at < length;)
        {
            var head = bytes.AsSpan(at);
            DecisionId.TryRead(head[SubjectBytes..], out var id);
            var body = BinaryPrimitives.ReadInt32LittleEndian(head[(SubjectBytes + DecisionId.Bytes)..]);
            into.Add(new(new(BinaryPrimitives.ReadUInt128LittleEndian(head)), id, bytes.AsMemory(at + Head, body)));
            at += Head + body;
        }
    }
}
