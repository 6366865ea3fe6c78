using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Personalization.Consent;
using Personalization.Identity;

namespace Personalization.Vault;

/// <summary>Leave to read one person's vault for one purpose, for a quarter of an hour at most.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="Purpose">What for; exactly one.</param>
/// <param name="ExpiresAt">Until when.</param>
/// <param name="Number">By which the audit tells one pass from another; drawn by chance.</param>
public sealed record VaultPass(Subject Subject, Purposes Purpose, DateTimeOffset ExpiresAt, ulong Number)
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
}

/// <summary>
/// Issues and checks passes: 34 bytes (version, purpose, subject, expiry, number) and HMAC-SHA-256 over them, in base64url.
/// Nothing is stored; a pass that was not made here, was changed or is over does not open anything.
/// </summary>
/// <param name="keys">The key to sign with and then those that are still understood.</param>
public sealed class VaultSigner(Func<IEnumerable<byte[]>> keys)
{
    private const byte Version = 1;
    private const int Payload = 2 + 16 + 8 + 8;
    private const int Whole = Payload + HMACSHA256.HashSizeInBytes;

    public string Issue(VaultPass pass)
    {
        Span<byte> bytes = stackalloc byte[Whole];
        bytes[0] = Version;
        bytes[1] = (byte)pass.Purpose;
        BinaryPrimitives.WriteUInt128BigEndian(bytes[2..], pass.Subject.Key);
        BinaryPrimitives.WriteInt64BigEndian(bytes[18..], pass.ExpiresAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[26..], pass.Number);
        HMACSHA256.HashData(keys().First(), bytes[..Payload], bytes[Payload..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The pass, or null for what is none or no longer one.</summary>
    public VaultPass? Read(string text, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Whole];
        if (text.Length != Base64Url.GetEncodedLength(Whole) || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done || length != Whole) return null;
        if (!Signed(bytes[..Payload], bytes[Payload..]) || bytes[0] != Version) return null;
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes[18..]));
        return expires > now && expires <= now + VaultPass.Longest
            ? new(new(BinaryPrimitives.ReadUInt128BigEndian(bytes[2..])), (Purposes)bytes[1], expires, BinaryPrimitives.ReadUInt64BigEndian(bytes[26..]))
            : null;
    }

    /// <summary>With keys for nothing but passes, which end with the salts they are made from.</summary>
    public static VaultSigner From(Salts salts, TimeProvider time) => new(() => salts.Now.Live(time.GetUtcNow()).Select(e => e.Derive("vault-pass"u8)));

    private bool Signed(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac)
    {
        Span<byte> own = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var key in keys())
        {
            HMACSHA256.HashData(key, payload, own);
            if (CryptographicOperations.FixedTimeEquals(own, mac)) return true;
        }

        return false;
    }
}
