using System.Buffers.Binary;
using System.Text;
using Personalization.Decisions.Answering;

namespace Personalization.Decisions.Logging;

/// <summary>Numbers and names of a decision's record, one after the other, little-endian.</summary>
internal readonly ref struct RecordWriter(Utf8Text into)
{
    public void Byte(byte value)
    {
        into.Next(1)[0] = value;
        into.Advance(1);
    }

    public void Short(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(into.Next(2), value);
        into.Advance(2);
    }

    public void Int(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(into.Next(4), value);
        into.Advance(4);
    }

    public void Long(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into.Next(8), value);
        into.Advance(8);
    }

    /// <summary>Room to write into; how much of it was taken is said by <see cref="Took"/>.</summary>
    public Span<byte> Room(int bytes) => into.Next(bytes);

    public void Took(int bytes) => into.Advance(bytes);

    public void Float(float value) => Int(BitConverter.SingleToUInt32Bits(value));

    /// <summary>At most 255 bytes of it; names of ours are shorter.</summary>
    public void Name(string? name)
    {
        Span<byte> utf8 = stackalloc byte[4 * 255];
        var n = Math.Min(255, Encoding.UTF8.GetBytes(name is { Length: > 255 } ? name.AsSpan(0, 255) : name, utf8));
        Byte((byte)n);
        into.Add(utf8[..n]);
    }
}

/// <summary>The same read back. What is not there reads as zero and makes the whole <see cref="Broken"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> rest = record;

    public bool Broken { get; private set; }

    public readonly bool AtEnd => rest.IsEmpty;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort Short() => Take(2) is { Length: 2 } b ? BinaryPrimitives.ReadUInt16LittleEndian(b) : (ushort)0;

    public uint Int() => Take(4) is { Length: 4 } b ? BinaryPrimitives.ReadUInt32LittleEndian(b) : 0;

    public ulong Long() => Take(8) is { Length: 8 } b ? BinaryPrimitives.ReadUInt64LittleEndian(b) : 0;

    public float Float() => BitConverter.UInt32BitsToSingle(Int());

    public string Name() => Encoding.UTF8.GetString(Take(Byte()));

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
