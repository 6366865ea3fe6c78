using System.Security.Cryptography;

namespace Personalization.Tests.Audit;

/// <summary>RFC 6962 word for word, by recursion over byte arrays, with nothing of the product in it.</summary>
internal static class NaiveTree
{
    public static byte[] Root(IReadOnlyList<byte[]> leaves) => leaves.Count switch
    {
        0 => SHA256.HashData([]),
        1 => leaves[0],
        _ => Node(Root([.. leaves.Take(Split(leaves.Count))]), Root([.. leaves.Skip(Split(leaves.Count))])),
    };

    /// <summary>PATH(m, D[n]).</summary>
    public static List<byte[]> Path(int m, IReadOnlyList<byte[]> leaves)
    {
        if (leaves.Count == 1) return [];
        var k = Split(leaves.Count);
        return m < k
            ? [.. Path(m, [.. leaves.Take(k)]), Root([.. leaves.Skip(k)])]
            : [.. Path(m - k, [.. leaves.Skip(k)]), Root([.. leaves.Take(k)])];
    }

    /// <summary>SUBPROOF(m, D[n], whole).</summary>
    public static List<byte[]> Consistency(int m, IReadOnlyList<byte[]> leaves, bool whole = true)
    {
        if (m == leaves.Count) return whole ? [] : [Root(leaves)];
        var k = Split(leaves.Count);
        return m <= k
            ? [.. Consistency(m, [.. leaves.Take(k)], whole), Root([.. leaves.Skip(k)])]
            : [.. Consistency(m - k, [.. leaves.Skip(k)], false), Root([.. leaves.Take(k)])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
