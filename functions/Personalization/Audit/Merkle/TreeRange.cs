using System.Numerics;

namespace Personalization.Audit.Merkle;

/// <summary>A complete subtree: 2^<paramref name="Level"/> leaves from <paramref name="Index"/>·2^<paramref name="Level"/> on. It never changes once its leaves are there.</summary>
public readonly record struct TreeNode(int Level, long Index);

/// <summary>
/// Leaves <paramref name="Start"/> to <paramref name="End"/> (not included) under one hash, where Start is a multiple of a
/// power of two that is not below the range's length; every range that occurs in a root or a proof is one.
/// </summary>
public readonly record struct TreeRange(long Start, long End)
{
    /// <summary>
    /// The complete subtrees it is made of, from left to right. RFC 6962 splits n leaves after k, the largest power of two
    /// below n: the left part is complete, and the right one, of n - k ≤ k leaves, begins at a multiple of k. So a range of n
    /// leaves has one subtree for each bit of n, the largest first.
    /// </summary>
    public IEnumerable<TreeNode> Nodes()
    {
        for (var at = Start; at < End;)
        {
            var level = BitOperations.Log2((ulong)(End - at));
            yield return new(level, at >> level);
            at += 1L << level;
        }
    }

    /// <summary>Their common hash: the last two are joined first, because each split has all that follows on its right.</summary>
    public static Digest Join(ReadOnlySpan<Digest> nodes)
    {
        if (nodes.Length == 0) return TreeHash.Empty;
        var hash = nodes[^1];
        for (var i = nodes.Length - 2; i >= 0; i--) hash = TreeHash.Node(nodes[i], hash);
        return hash;
    }
}

/// <summary>Which ranges' hashes make a proof, in the order of RFC 6962.</summary>
public static class ProofPlan
{
    /// <summary>
    /// PATH(m, D[n]) of section 2.1.1: at each split the sibling of the side with the leaf, from the leaf upwards. At most
    /// ⌈log₂ n⌉ hashes.
    /// </summary>
    public static IReadOnlyList<TreeRange> Inclusion(long index, long size)
    {
        var (start, end) = (0L, size);
        var path = new List<TreeRange>();
        while (end - start > 1)
        {
            var middle = start + Split(end - start);
            if (index < middle) (path, end) = (With(path, new(middle, end)), middle);
            else (path, start) = (With(path, new(start, middle)), middle);
        }

        path.Reverse();
        return path;
    }

    /// <summary>
    /// PROOF(m, D[n]) of section 2.1.2. Walking down the right border of the older tree, each split leaves out one side; what
    /// remains at the end is a complete subtree of the older tree, which is told unless it is that whole tree and its root known.
    /// </summary>
    public static IReadOnlyList<TreeRange> Consistency(long from, long to)
    {
        if (from == 0) return [];
        var (start, end) = (0L, to);
        var path = new List<TreeRange>();
        while (end != from)
        {
            var middle = start + Split(end - start);
            if (from <= middle) (path, end) = (With(path, new(middle, end)), middle);
            else (path, start) = (With(path, new(start, middle)), middle);
        }

        if (start > 0) path.Add(new(start, end));
        path.Reverse();
        return path;
    }

    // The largest power of two below n, for n > 1.
    private static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));

    private static List<TreeRange> With(List<TreeRange> path, TreeRange range)
    {
        path.Add(range);
        return path;
    }
}
