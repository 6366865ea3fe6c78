using System.Security.Cryptography;

namespace Personalization.Audit.Merkle;

/// <summary>
/// The hashes of RFC 6962, section 2.1: a leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right). The first
/// byte keeps a node from posing as an entry.
/// </summary>
public static class TreeHash
{
    /// <summary>The root of a tree without leaves: the hash of nothing.</summary>
    public static readonly Digest Empty = Digest.Read(SHA256.HashData([]));

    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        Span<byte> hash = stackalloc byte[Digest.Bytes];
        if (entry.Length < 1024)
        {
            Span<byte> input = stackalloc byte[1 + entry.Length];
            input[0] = 0;
            entry.CopyTo(input[1..]);
            SHA256.HashData(input, hash);
            return Digest.Read(hash);
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0]);
        sha.AppendData(entry);
        sha.GetHashAndReset(hash);
        return Digest.Read(hash);
    }

    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Bytes)];
        input[0] = 1;
        left.Write(input[1..]);
        right.Write(input[(1 + Digest.Bytes)..]);
        Span<byte> hash = stackalloc byte[Digest.Bytes];
        SHA256.HashData(input, hash);
        return Digest.Read(hash);
    }
}
