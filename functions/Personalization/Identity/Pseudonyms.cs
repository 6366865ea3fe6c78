using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// Turns a raw identifier into a subject: HMAC-SHA-256 over the namespace and the identifier, cut to 128 bits.
/// Raw identifiers stop here. Without the salt nobody can compute or recognize a subject.
/// </summary>
public sealed class Pseudonyms(ReadOnlyMemory<byte> salt)
{
    public const int MaxIdLength = 256;

    private const int SaltBytes = 32;

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
    public Subject Of(string? user, string? visitor) => user is not null ? Hash("user", user) : Hash("visitor", visitor!);

    private Subject Hash(string space, string id)
    {
        // The zero byte cannot occur in a namespace, so no two pairs give the same input.
        Span<byte> input = stackalloc byte[16 + 1 + (MaxIdLength * 3)];
        var n = Encoding.UTF8.GetBytes(space, input);
        input[n++] = 0;
        n += Encoding.UTF8.GetBytes(id, input[n..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt.Span, input[..n], hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
