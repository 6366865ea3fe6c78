using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <summary>What we sign: how many entries the log had at a time, and the hash over them. Each names the one before, so none can be left out.</summary>
/// <param name="Number">From 0 on, without a gap.</param>
/// <param name="Origin">Which log; drawn by chance when it began.</param>
/// <param name="Size">How many entries.</param>
/// <param name="Root">Their hash, in base64.</param>
/// <param name="Time">When it was made, to the millisecond.</param>
/// <param name="Previous">SHA-256 of the text of the checkpoint before, in base64; empty for the first.</param>
/// <param name="Key">The id of the key that signed.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256 of <see cref="Text"/>, in DER and base64.</param>
public sealed record Checkpoint(long Number, string Origin, long Size, string Root, DateTimeOffset Time, string Previous, string Key, string Signature)
{
    private const string Kind = "personalization-audit/1";

    /// <summary>What is signed: a line for each part, each ended by a line feed.</summary>
    public byte[] Text() => Encoding.UTF8.GetBytes(string.Join('\n',
        Kind, Origin, Number.ToString(CultureInfo.InvariantCulture), Size.ToString(CultureInfo.InvariantCulture), Root,
        Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), Previous, Key) + "\n");

    /// <summary>By which the next one names this one.</summary>
    public string Hash() => Convert.ToBase64String(SHA256.HashData(Text()));

    public Checkpoint Sign(ECDsa key) => this with { Signature = Convert.ToBase64String(key.SignData(Text(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)) };

    /// <summary>What is wrong with it, taken by itself; null when nothing is.</summary>
    public string? Fault(PublishedKey? key)
    {
        if (key is null || key.Id != Key) return $"is signed with the key {Key}, which is not among the published ones";
        if (Digest.Parse(Root) is null || Size < 0) return "has no root or no size";
        if (Time < key.SignsFrom || Time > key.SignsUntil) return $"was made at a time at which the key {Key} was not to sign";
        return key.Signed(Text(), Signature) ? null : "has a signature that is not the key's";
    }

    /// <summary>What is wrong with it after the one before; null when nothing is.</summary>
    public string? Fault(Checkpoint? before) => this switch
    {
        _ when before is null => Number == 0 && Previous.Length == 0 ? null : "is the first here, and is not the first of its log",
        _ when Number != before.Number + 1 => $"follows checkpoint {before.Number}",
        _ when Origin != before.Origin => "is of another log",
        _ when Previous != before.Hash() => "does not name the one before it",
        _ when Size < before.Size => "is of a shorter log than the one before it",
        _ when Time < before.Time => "is older than the one before it",
        _ => null,
    };
}

/// <summary>A public key of the log, with the time in which it may sign.</summary>
/// <param name="Id">The first 16 hexadecimal digits of the SHA-256 of the key.</param>
/// <param name="Key">SubjectPublicKeyInfo in base64.</param>
/// <param name="SignsFrom">Not before.</param>
/// <param name="SignsUntil">Not after.</param>
public sealed record PublishedKey(string Id, string Key, DateTimeOffset SignsFrom, DateTimeOffset SignsUntil)
{
    /// <summary>When it may sign, as the log tells it.</summary>
    [JsonIgnore]
    public string Validity => $"{SignsFrom.ToString("O", CultureInfo.InvariantCulture)} {SignsUntil.ToString("O", CultureInfo.InvariantCulture)}";

    public static string IdOf(ReadOnlySpan<byte> key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 8));

    public bool Signed(byte[] text, string signature)
    {
        try
        {
            var (spki, signed) = (Convert.FromBase64String(Key), Convert.FromBase64String(signature));
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(spki, out _);
            return IdOf(spki) == Id && Convert.ToBase64String(spki) == Key && Convert.ToBase64String(signed) == signature && ecdsa.VerifyData(text, signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        // Bytes that are no key of a known kind throw whatever the platform likes.
        catch (Exception e) when (e is FormatException or CryptographicException or PlatformNotSupportedException) { return false; }
    }
}
