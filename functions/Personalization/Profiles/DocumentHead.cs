using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Personalization.Consent;

namespace Personalization.Profiles;

/// <summary>
/// The beginning of a stored document, read where it lies: what the person decided and which events were taken in. Costs a
/// checksum and no allocation, so that the edge can ask for each event.
/// </summary>
/// <remarks>
/// Little-endian: 0 version, 1 granted, 2 denied, 3 events in the ring, 4 checksum of all that follows, 8 next sequence of the
/// consent ledger, 16 consent time in ticks, 24 newest event in Unix milliseconds, 32 place in the ring, 33 live marks,
/// 34 replay marks, 35 sections, 36 length of all in two bytes, 38 mixed purposes, 39 zero; then the ring, the marks, and the sections, each with its number and length.
/// </remarks>
public readonly ref struct DocumentHead
{
    public const int Bytes = 40;

    private const byte Version = 2;
    private readonly ReadOnlySpan<byte> body;

    private DocumentHead(ReadOnlySpan<byte> body) => this.body = body;

    public ConsentState Consent => new(
        new((Purposes)body[1], (Purposes)body[2]), BinaryPrimitives.ReadInt64LittleEndian(body[8..]),
        new(BinaryPrimitives.ReadInt64LittleEndian(body[16..]), TimeSpan.Zero));

    /// <summary>The newest event in it, in Unix milliseconds.</summary>
    public long UpdatedAt => BinaryPrimitives.ReadInt64LittleEndian(body[24..]);

    /// <summary>What the events in it needed beyond what its features do.</summary>
    public Purposes Mixed => (Purposes)body[38];

    /// <summary>Whether an event of this name was taken in lately.</summary>
    public bool Knows(ulong eventId) => eventId != 0 && MemoryMarshal.Cast<byte, ulong>(RingBytes).Contains(eventId);

    internal ReadOnlySpan<byte> RingBytes => body.Slice(Bytes, body[3] * sizeof(ulong));

    internal int RingPlace => body[32];

    internal (int Live, int Replays) MarkCounts => (body[33], body[34]);

    internal int Sections => body[35];

    /// <summary>What follows the ring.</summary>
    internal ReadOnlySpan<byte> Rest => body[(Bytes + RingBytes.Length)..];

    /// <summary>False where the bytes are another version's, or damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out DocumentHead head)
    {
        head = default;
        if (body.Length < Bytes || body[0] != Version || body[1] > (byte)Purposes.All || body[2] > (byte)Purposes.All) return false;
        if (body[38] > (byte)Purposes.All || body[39] != 0 || BinaryPrimitives.ReadUInt16LittleEndian(body[36..]) != body.Length || Bytes + (body[3] * sizeof(ulong)) > body.Length) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) != Checksum(body)) return false;
        if ((ulong)BinaryPrimitives.ReadInt64LittleEndian(body[16..]) > (ulong)DateTime.MaxValue.Ticks) return false;
        head = new(body);
        return true;
    }

    /// <summary>Writes the head before a body whose other parts are in place.</summary>
    internal static void Write(Span<byte> body, in ConsentState consent, long updatedAt, Purposes mixed, EventRing ring, Marks marks, int sections)
    {
        body[0] = Version;
        body[1] = (byte)consent.Vote.Granted;
        body[2] = (byte)consent.Vote.Denied;
        body[3] = (byte)ring.Count;
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], consent.Next);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], consent.At.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], updatedAt);
        body[32] = ring.Next;
        body[33] = (byte)marks.Live;
        body[34] = (byte)marks.Replays;
        body[35] = (byte)sections;
        BinaryPrimitives.WriteUInt16LittleEndian(body[36..], checked((ushort)body.Length));
        body[38] = (byte)mixed;
        body[39] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], Checksum(body));
    }

    // The four bytes before the checksum are in it too: a flipped consent bit must not pass.
    private static uint Checksum(ReadOnlySpan<byte> body) => Lanes.Checksum(body[8..], BinaryPrimitives.ReadUInt32LittleEndian(body));
}
