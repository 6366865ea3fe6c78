using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Personalization.Storage.Embedded;

/// <summary>The first 32 bytes of every file: what it is, which one, and a random number that no content can guess.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogHeader(long Number, ulong Nonce)
{
    public const int Bytes = 32;

    private const ulong Magic = 0x0000_0100_474F_4C46; // "FLOG", format 1

    public static LogHeader New(long number)
    {
        Span<byte> nonce = stackalloc byte[8];
        RandomNumberGenerator.Fill(nonce);
        return new(number, BinaryPrimitives.ReadUInt64LittleEndian(nonce));
    }

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(into[8..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Nonce);
        BinaryPrimitives.WriteUInt64LittleEndian(into[24..], Crc32C.Of(into[..24]));
    }

    public static LogHeader? Read(IFile file)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (file.Read(bytes, 0) < Bytes
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) != Crc32C.Of(bytes[..24])) return null;
        return new(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
    }
}
