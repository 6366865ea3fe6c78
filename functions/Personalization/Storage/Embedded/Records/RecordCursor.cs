using System.Buffers.Binary;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Walks the fields of one payload whose checksum has been verified.</summary>
internal ref struct RecordCursor(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> left = payload;

    public readonly ReadOnlySpan<byte> Left => left;

    public byte Byte() => Take(1)[0];

    public RecordType Type() => (RecordType)Byte();

    public ulong UnsignedNumber() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public int Count()
    {
        int value = 0, shift = 0;
        while (true)
        {
            var next = Byte();
            value |= (next & 0x7F) << shift;
            if (next < 0x80) return value;
            shift += 7;
        }
    }

    public ReadOnlySpan<byte> Bytes(int count) => Take(count);

    public ReadOnlySpan<byte> Utf8() => Take(Count());

    public string Text() => Encoding.UTF8.GetString(Utf8());

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = left[..count];
        left = left[count..];
        return taken;
    }
}
