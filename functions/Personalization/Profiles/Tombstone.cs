using System.Buffers.Binary;

namespace Personalization.Profiles;

/// <summary>
/// What stands in the place of the profile of somebody who was erased. It turns away what was still on its way to them, and goes
/// by itself when nothing of that kind can be left.
/// </summary>
/// <param name="Raised">When, in Unix milliseconds.</param>
/// <param name="Uncounted">Whether it took the place of a profile that nobody has counted yet as deleted.</param>
public readonly record struct Tombstone(long Raised, bool Uncounted)
{
    private const int Bytes = 8 + sizeof(long) + 1;

    private static ReadOnlySpan<byte> Mark => "erased/1"u8;

    public static bool Is(ReadOnlySpan<byte> body) => body.Length == Bytes && body.StartsWith(Mark);

    /// <summary>Only of what <see cref="Is"/> one.</summary>
    public static Tombstone Read(ReadOnlySpan<byte> body) => new(BinaryPrimitives.ReadInt64BigEndian(body[Mark.Length..]), body[^1] == 1);

    public byte[] Write()
    {
        var body = new byte[Bytes];
        Mark.CopyTo(body);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(Mark.Length), Raised);
        body[^1] = Uncounted ? (byte)1 : (byte)0;
        return body;
    }
}
