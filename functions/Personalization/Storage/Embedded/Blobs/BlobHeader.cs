using System.Buffers.Binary;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>
/// What stands before a blob's bytes: magic, length of the name, length and CRC-32C of the body, the CRC-32C of all that
/// and the name, then the name.
/// </summary>
internal readonly record struct BlobHeader(string Name, long Length, uint Checksum)
{
    private const int FixedBytes = 32;
    private const ulong Magic = 0x0000_0100_424F_4C42; // "BLOB", format 1
    private const int MaxName = 4096;

    public int Bytes => FixedBytes + Encoding.UTF8.GetByteCount(Name);

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), bytes.Length - FixedBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Checksum);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Length);
        Encoding.UTF8.GetBytes(Name, bytes.AsSpan(FixedBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Seal(bytes));
        return bytes;
    }

    /// <summary>Null when the beginning of the file is not what was written.</summary>
    public static BlobHeader? Read(IFile file)
    {
        var bytes = new byte[FixedBytes];
        if (file.Read(bytes, 0) < FixedBytes || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic) return null;
        var nameBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (nameBytes is < 1 or > MaxName) return null;
        Array.Resize(ref bytes, FixedBytes + nameBytes);
        if (file.Read(bytes, 0) < bytes.Length || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(24)) != Seal(bytes)) return null;
        return new(
            Encoding.UTF8.GetString(bytes.AsSpan(FixedBytes)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)));
    }

    private static uint Seal(byte[] bytes) => Crc32C.Of(bytes.AsSpan(FixedBytes), Crc32C.Of(bytes.AsSpan(0, 24)));
}
