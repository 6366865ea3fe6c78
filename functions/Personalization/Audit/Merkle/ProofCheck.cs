using System.Numerics;

namespace Personalization.Audit.Merkle;

/// <summary>Checks proofs as anybody can who has nothing but the hashes in it (RFC 9162, sections 2.1.3.2 and 2.1.4.2, and what grew out of them).</summary>
public static class ProofCheck
{
    /// <summary>
    /// Whether a leaf is at <paramref name="index"/> of the tree of that size and root. <c>at</c> is the place of the hash
    /// reached so far on its level and <c>last</c> the last place there: an odd place, or the last one with nothing to its
    /// right, has its sibling on the left, and levels on which it has none are skipped.
    /// </summary>
    public static bool Inclusion(Digest leaf, long index, long size, IReadOnlyList<Digest> path, Digest root)
    {
        if (index < 0 || index >= size) return false;
        var (at, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0) return false;
            if ((at & 1) == 1 || at == last)
            {
                hash = TreeHash.Node(sibling, hash);
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else hash = TreeHash.Node(hash, sibling);
            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>The same within a part of a tree, as in <see cref="Subtree"/>: taken by itself it is a tree.</summary>
    public static bool Inclusion(Digest leaf, long index, long start, long end, IReadOnlyList<Digest> path, Digest part) =>
        start >= 0 && start < end && Aligned(start, end) && Inclusion(leaf, index - start, end - start, path, part);

    /// <summary>Whether the tree of size <paramref name="from"/> is the beginning of that of size <paramref name="to"/>. Nothing can be said about the empty tree, which begins every other.</summary>
    public static bool Consistency(long from, Digest fromRoot, long to, Digest toRoot, IReadOnlyList<Digest> path) =>
        from > 0 && Subtree(0, from, fromRoot, to, toRoot, path);

    /// <summary>
    /// Whether leaves <paramref name="start"/> to <paramref name="end"/> of a tree have this hash together, where start is a
    /// multiple of a power of two that is not below their number (draft-ietf-plants-merkle-tree-certs, section 4.4); from 0 on
    /// that is consistency. One walk rebuilds both roots from <c>first</c> and <c>last</c>, the border places of the part on a
    /// level, and <c>end</c>, the last place there: what lies left of the border is in the part as long as it is wider than
    /// one hash, and what lies right of it is not. It begins where the border's hash is complete; that hash is the first of
    /// the path, unless it is the whole part.
    /// </summary>
    public static bool Subtree(long start, long end, Digest part, long size, Digest root, IReadOnlyList<Digest> path)
    {
        if (start < 0 || start > end || end > size) return false;
        if (start == end) return path.Count == 0 && part == TreeHash.Empty;
        if (!Aligned(start, end)) return false;
        var (first, last, top) = (start, end - 1, size - 1);
        var atEnd = last == top;
        while (first != last && (atEnd || (last & 1) == 1)) (first, last, top) = (first >> 1, last >> 1, top >> 1);
        var whole = first == last;
        if (!whole && path.Count == 0) return false;
        var (rebuilt, all) = whole ? (part, part) : (path[0], path[0]);
        foreach (var hash in path.Skip(whole ? 0 : 1))
        {
            if (top == 0) return false;
            if ((last & 1) == 1 || last == top)
            {
                if (first < last) rebuilt = TreeHash.Node(hash, rebuilt);
                all = TreeHash.Node(hash, all);
                while ((last & 1) == 0 && last != 0) (first, last, top) = (first >> 1, last >> 1, top >> 1);
            }
            else all = TreeHash.Node(all, hash);
            (first, last, top) = (first >> 1, last >> 1, top >> 1);
        }

        return top == 0 && rebuilt == part && all == root;
    }

    private static bool Aligned(long start, long end) => ((ulong)start & (BitOperations.RoundUpToPowerOf2((ulong)(end - start)) - 1)) == 0;
}
