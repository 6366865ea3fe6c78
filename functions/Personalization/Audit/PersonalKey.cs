using System.Security.Cryptography;

namespace Personalization.Audit;

/// <summary>
/// What is made of a subject's secret: the tag its entries carry, and AES-256-GCM for what they say. Neither tells anything
/// about the other, about the secret or about the subject.
/// </summary>
public sealed class PersonalKey
{
    public const int SecretBytes = 32;
    public const int TagBytes = 16;

    private const int Nonce = 12;
    private const int Proof = 16;

    private readonly byte[] content;

    public PersonalKey(ReadOnlySpan<byte> secret)
    {
        Tag = HMACSHA256.HashData(secret, "audit-tag"u8).AsMemory(0, TagBytes);
        content = HMACSHA256.HashData(secret, "audit-content"u8);
    }

    public ReadOnlyMemory<byte> Tag { get; }

    /// <param name="clear">What to hide.</param>
    /// <param name="bound">What it belongs to: it opens with these bytes alone.</param>
    public byte[] Seal(ReadOnlySpan<byte> clear, ReadOnlySpan<byte> bound)
    {
        var whole = new byte[Nonce + Proof + clear.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, Nonce));
        using var aes = new AesGcm(content, Proof);
        aes.Encrypt(whole.AsSpan(0, Nonce), clear, whole.AsSpan(Nonce + Proof), whole.AsSpan(Nonce, Proof), bound);
        return whole;
    }

    /// <summary>Null where it was not sealed with this key over these bytes.</summary>
    public byte[]? Open(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> bound)
    {
        if (whole.Length < Nonce + Proof) return null;
        var clear = new byte[whole.Length - Nonce - Proof];
        using var aes = new AesGcm(content, Proof);
        try { aes.Decrypt(whole[..Nonce], whole[(Nonce + Proof)..], whole.Slice(Nonce, Proof), clear, bound); }
        catch (CryptographicException) { return null; }
        return clear;
    }
}
