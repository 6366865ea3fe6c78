using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Identity;

/// <summary>Whose an identifier is.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="Link">A number drawn by chance that stands for the identifier, the same under every salt.</param>
public readonly record struct Holder(Subject Subject, ulong Link)
{
    public static Holder New(Subject subject) => new(subject, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));
}

/// <summary>What is stored under an alias: a version, the subject, the link, and the epoch whose salt made it.</summary>
internal static class AliasBody
{
    private const byte Version = 1;
    private const int Bytes = 1 + 16 + sizeof(ulong) + sizeof(int);

    public static byte[] Write(Holder holder, Epoch epoch)
    {
        var body = new byte[Bytes];
        body[0] = Version;
        BinaryPrimitives.WriteUInt128BigEndian(body.AsSpan(1), holder.Subject.Key);
        BinaryPrimitives.WriteUInt64BigEndian(body.AsSpan(17), holder.Link);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(25), epoch.Number);
        return body;
    }

    /// <summary>Null for what this version cannot read.</summary>
    public static Holder? Read(ReadOnlySpan<byte> body) =>
        body.Length == Bytes && body[0] == Version ? new(new(BinaryPrimitives.ReadUInt128BigEndian(body[1..])), BinaryPrimitives.ReadUInt64BigEndian(body[17..])) : null;

    public static int? EpochOf(ReadOnlySpan<byte> body) => body.Length == Bytes && body[0] == Version ? BinaryPrimitives.ReadInt32BigEndian(body[25..]) : null;
}
