using System.Security.Cryptography;
using System.Text;

namespace Personalization.Functions.Hosting.Security;

/// <summary>Our own API keys. Only digests are kept, and every digest is compared, in the same time whatever the key.</summary>
internal sealed class ApiKeys
{
    private const string Hashed = "sha256:";
    private readonly List<(byte[] Digest, Roles Roles)> keys = [];

    public ApiKeys(IReadOnlyDictionary<Roles, IReadOnlyList<string>> given)
    {
        foreach (var key in given.SelectMany(g => g.Value.Select(v => (Digest: Digest(v), Role: g.Key))).GroupBy(k => Convert.ToHexString(k.Digest)))
            keys.Add((key.First().Digest, key.Aggregate(Roles.Anyone, (roles, k) => roles | k.Role)));
    }

    public int Count => keys.Count;

    public static bool Fault(string given) =>
        given.StartsWith(Hashed, StringComparison.Ordinal) && !(given.Length == Hashed.Length + 64 && given[Hashed.Length..].All(char.IsAsciiHexDigit));

    /// <summary>Which key it is and what it opens, or null.</summary>
    public (int Index, Roles Roles)? Find(string presented)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), digest);
        (int, Roles)? found = null;
        for (var i = 0; i < keys.Count; i++)
            if (CryptographicOperations.FixedTimeEquals(digest, keys[i].Digest)) found = (i, keys[i].Roles);
        return found;
    }

    private static byte[] Digest(string given) =>
        given.StartsWith(Hashed, StringComparison.Ordinal) ? Convert.FromHexString(given.AsSpan(Hashed.Length)) : SHA256.HashData(Encoding.UTF8.GetBytes(given));
}
