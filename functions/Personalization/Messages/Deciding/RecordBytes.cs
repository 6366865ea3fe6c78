using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Personalization.Messages.Deciding;

/// <summary>Numbers and names one after the other, little-endian.</summary>
internal sealed class RecordBytes
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public void Byte(byte value)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
    }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), value);
        bytes.Advance(sizeof(long));
    }

    /// <summary>Names of ours have at most 100 characters, and a character of a text has at most three bytes: two bytes of length.</summary>
    public void Name(string? name)
    {
        var length = Encoding.UTF8.GetByteCount(name ?? "");
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.GetSpan(sizeof(ushort)), checked((ushort)length));
        bytes.Advance(sizeof(ushort));
        bytes.Advance(Encoding.UTF8.GetBytes(name ?? "", bytes.GetSpan(length)));
    }

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();
}

/// <summary>The same read back. What is not there reads as zero and makes the whole <see cref="Broken"/>.</summary>
internal ref struct RecordSource(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> rest = record;

    public bool Broken { get; private set; }

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public int Int() => Take(sizeof(int)) is { Length: sizeof(int) } b ? BinaryPrimitives.ReadInt32LittleEndian(b) : 0;

    public long Long() => Take(sizeof(long)) is { Length: sizeof(long) } b ? BinaryPrimitives.ReadInt64LittleEndian(b) : 0;

    /// <summary>Null for an empty one.</summary>
    public string? Name()
    {
        var length = Take(sizeof(ushort)) is { Length: sizeof(ushort) } b ? BinaryPrimitives.ReadUInt16LittleEndian(b) : 0;
        return length > 0 && Take(length) is { IsEmpty: false } name ? Encoding.UTF8.GetString(name) : null;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (rest.Length < count)
        {
            Broken = true;
            rest = default;
            return default;
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
