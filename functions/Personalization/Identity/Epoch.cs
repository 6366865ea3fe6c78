using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Personalization.Identity;

/// <summary>
/// A time with a salt of its own. What is made with the salt can be made again only while the salt exists; after that,
/// what is stored under it says nothing about anybody.
/// </summary>
public sealed class Epoch
{
    public const int SaltBytes = 32;

    private const int MaxName = 16;
    private readonly byte[] salt;

    /// <param name="number">Counts up.</param>
    /// <param name="since">When it began.</param>
    /// <param name="ends">When its salt is to be gone; null for the one in force.</param>
    /// <param name="salt">Nobody but this class sees it.</param>
    public Epoch(int number, DateTimeOffset since, DateTimeOffset? ends, byte[] salt)
    {
        if (salt.Length != SaltBytes) throw new InvalidDataException($"The salt of epoch {number} is not {SaltBytes} bytes.");
        (Number, Since, Ends, this.salt) = (number, since, ends, salt);
        Names = KeyedHash.From(Derive("names"u8));
        TokenKey = Derive("visitor-token"u8);
    }

    public int Number { get; }

    public DateTimeOffset Since { get; }

    public DateTimeOffset? Ends { get; }

    /// <summary>Hashes what a sender names but nobody is known by: events, sessions. Who lacks the salt cannot guess them back.</summary>
    public KeyedHash Names { get; }

    /// <summary>Signs visitor tokens.</summary>
    internal byte[] TokenKey { get; }

    /// <summary>The book of identity events that goes with this epoch.</summary>
    public string Book => BookOf(Number);

    public static string BookOf(int number) => string.Create(CultureInfo.InvariantCulture, $"epoch-{number}");

    /// <summary>A key for one use, which tells nothing about the salt or about keys for other uses.</summary>
    public byte[] Derive(ReadOnlySpan<byte> use) => HMACSHA256.HashData(salt, use);

    /// <summary>
    /// What an identifier is stored as: HMAC-SHA-256 over its namespace and the SHA-256 of its value, in hex. By way of the
    /// SHA-256, so that somebody can be found by who has that and must not have more.
    /// </summary>
    public string AliasOf(Identifier id)
    {
        // The zero byte cannot occur in a namespace, so no two pairs give the same input.
        Span<byte> input = stackalloc byte[MaxName + 1 + SHA256.HashSizeInBytes];
        var length = Encoding.ASCII.GetBytes(id.Space.Name, input);
        input[length++] = 0;
        if (id.Digest.IsEmpty) SHA256.HashData(id.Value.Span, input[length..]);
        else id.Digest.Span.CopyTo(input[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt, input[..(length + SHA256.HashSizeInBytes)], hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// A subject for an identifier that is nobody's: the same as long as the salt exists, and not to be told from one that
    /// was drawn. Whoever asks for a person can so be answered alike, whether there is one or not.
    /// </summary>
    public Subject StandIn(Identifier id) => new(BinaryPrimitives.ReadUInt128BigEndian(HMACSHA256.HashData(Derive("stand-in"u8), Encoding.ASCII.GetBytes(AliasOf(id)))));
}
