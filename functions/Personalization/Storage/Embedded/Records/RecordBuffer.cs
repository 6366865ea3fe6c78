using System.Buffers.Binary;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Builds records: length, CRC-32C, payload. The checksum starts from the length, so that neither passes without the other.</summary>
internal sealed class RecordBuffer
{
    public const int HeaderBytes = 8;

    /// <summary>Longer records are refused before they are written and taken for damage when read.</summary>
    public const int MaxPayload = 64 * 1024 * 1024;

    private const int KeptBytes = 4 * 1024 * 1024;

    private byte[] bytes = new byte[64 * 1024];
    private int start;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Reset(int reserve = 0)
    {
        if (bytes.Length > KeptBytes) bytes = new byte[64 * 1024];
        Length = reserve;
    }

    public void Begin(RecordType type)
    {
        start = Length;
        Reserve(HeaderBytes);
        Byte((byte)type);
    }

    /// <summary>Completes the record and says how many bytes it takes.</summary>
    public int End()
    {
        Seal(bytes.AsSpan(start, Length - start));
        return Length - start;
    }

    /// <summary>Fills in length and checksum of a record whose payload is in place.</summary>
    public static void Seal(Span<byte> record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record[HeaderBytes..]));
    }

    public static uint Checksum(ReadOnlySpan<byte> payload) => Crc32C.Of(payload, (uint)payload.Length);

    /// <summary>Room kept at the front by <see cref="Reset"/>.</summary>
    public Span<byte> Front(int count) => bytes.AsSpan(0, count);

    public void Byte(byte value) => Reserve(1)[0] = value;

    public void Number(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);

    public void Number(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    /// <summary>A count in as few bytes as it takes, seven bits at a time.</summary>
    public void Count(int value)
    {
        for (; value >= 0x80; value >>= 7) Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Text(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Count(count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    private Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
        Length += count;
        return bytes.AsSpan(Length - count, count);
    }
}
