using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// Turns a raw identifier into a subject: HMAC-SHA-256 over the namespace and the identifier, cut to 128 bits.
/// Raw identifiers stop here. Without the salt nobody can compute or recognize a subject.
/// </summary>
public sealed class Pseudonyms
{
    public const int MaxIdLength = 256;

    private const int SaltBytes = 32;
    private const int MaxIdBytes = MaxIdLength * 4;

    private readonly ReadOnlyMemory<byte> salt;
    private readonly PseudonymCache cache = new();

    public Pseudonyms(ReadOnlyMemory<byte> salt)
    {
        this.salt = salt;
        Names = KeyedHash.From(Derive("names"u8));
    }

    /// <summary>Hashes what a sender names but nobody is known by: events, sessions. Who lacks the salt cannot guess them back.</summary>
    public KeyedHash Names { get; }

    /// <summary>A key for one use, which tells nothing about the salt or about keys for other uses.</summary>
    public byte[] Derive(ReadOnlySpan<byte> use) => HMACSHA256.HashData(salt.Span, use);

    /// <summary>The salt kept under this name, or null where there is none that can be used.</summary>
    public static async Task<Pseudonyms?> Find(ISecrets secrets, string name)
    {
        var found = await secrets.Get(name, CancellationToken.None);
        return found.Ok && found.Value.Value.Length == SaltBytes ? new(found.Value.Value) : null;
    }

    /// <summary>The salt kept under this name, made now if there is none.</summary>
    public static async Task<Pseudonyms> Create(ISecrets secrets, string name)
    {
        await secrets.Put(name, RandomNumberGenerator.GetBytes(SaltBytes), Condition.Absent, CancellationToken.None);
        return await Find(secrets, name) ?? throw new InvalidDataException($"The secret '{name}' is not a salt of {SaltBytes} bytes.");
    }

    /// <summary>A salt that lives as long as the process.</summary>
    public static Pseudonyms Fresh() => new(RandomNumberGenerator.GetBytes(SaltBytes));

    /// <summary>The person behind a user id (signed in) or, without one, a visitor id.</summary>
    public Subject Of(string? user, string? visitor)
    {
        Span<byte> utf8 = stackalloc byte[MaxIdBytes];
        return Known(utf8[..Encoding.UTF8.GetBytes(user ?? visitor!, utf8)], user is not null).Subject;
    }

    /// <summary>As <see cref="Of"/>, for an id in UTF-8; who was seen lately costs no HMAC and no allocation.</summary>
    public Pseudonym Known(ReadOnlySpan<byte> id, bool user)
    {
        var tag = cache.Tag(id, user);
        return cache.Find(tag) ?? cache.Add(tag, new(Hash(user ? "user"u8 : "visitor"u8, id)));
    }

    private Subject Hash(ReadOnlySpan<byte> space, ReadOnlySpan<byte> id)
    {
        // The zero byte cannot occur in a namespace, so no two pairs give the same input.
        Span<byte> input = stackalloc byte[16 + 1 + MaxIdBytes];
        space.CopyTo(input);
        input[space.Length] = 0;
        id.CopyTo(input[(space.Length + 1)..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt.Span, input[..(space.Length + 1 + id.Length)], hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
