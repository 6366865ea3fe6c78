using System.Security.Cryptography;

namespace Personalization.Audit;

/// <summary>Signs what others are to be able to check came from here, with the key of the log: ECDSA over P-256 and SHA-256, in DER.</summary>
public sealed class Signer(SigningKeys keys, TimeProvider time)
{
    private readonly Lock gate = new();

    /// <summary>The signature of exactly these bytes, in base64.</summary>
    public async ValueTask<string> Sign(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        var (_, key) = await keys.Current(time.GetUtcNow(), stop);
        // The platform does not promise that one key may be used by two at once.
        lock (gate) return Convert.ToBase64String(key.SignData(bytes.Span, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>The public key of now, for others to check with.</summary>
    public async ValueTask<PublishedKey> Key(CancellationToken stop) => (await keys.Current(time.GetUtcNow(), stop)).Key;
}
