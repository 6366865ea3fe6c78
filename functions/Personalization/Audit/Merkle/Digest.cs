using System.Buffers.Binary;

namespace Personalization.Audit.Merkle;

/// <summary>A SHA-256 hash, as a value.</summary>
public readonly record struct Digest(UInt128 High, UInt128 Low)
{
    public const int Bytes = 32;

    public static Digest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        Write(bytes);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The hash written as base64, or null where that is no hash.</summary>
    public static Digest? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return text is { Length: 44 } && Convert.TryFromBase64String(text, bytes, out var length) && length == Bytes ? Read(bytes) : null;
    }
}
