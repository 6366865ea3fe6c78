namespace Personalization.Audit.Merkle;

/// <summary>
/// The hashes of a growing tree, level by level. Of leaves that were sealed in segments only what stands above a segment is
/// kept: 64 bytes a segment, so ten million entries take 160 kB. Adding a leaf hashes two nodes or fewer on average, however
/// large the tree.
/// </summary>
public sealed class HashTree
{
    private readonly List<Digest>[] levels = [.. Enumerable.Range(0, 63).Select(_ => new List<Digest>())];

    /// <summary>The first leaf whose hashes below a segment are still here.</summary>
    private long kept;

    public long Size { get; private set; }

    public void Add(Digest leaf)
    {
        Put(0, leaf);
        Size++;
    }

    /// <summary>A whole segment by its root; only where a segment begins, and nothing before is kept leaf by leaf.</summary>
    public void AddSegment(Digest root)
    {
        if (Size % SegmentTile.Leaves != 0) throw new InvalidOperationException("A segment begins at a multiple of its length.");
        for (var level = 0; level < SegmentTile.Levels; level++) levels[level].Clear();
        Put(SegmentTile.Levels, root);
        kept = Size += SegmentTile.Leaves;
    }

    /// <summary>Drops what is below the roots of the segments before this leaf.</summary>
    public void Forget(long before)
    {
        if (before <= kept) return;
        for (var level = 0; level < SegmentTile.Levels; level++) levels[level].RemoveRange(0, (int)Math.Min(levels[level].Count, (before - kept) >> level));
        kept = before;
    }

    /// <summary>Null for what is not complete or was forgotten.</summary>
    public Digest? Find(TreeNode node)
    {
        var index = node.Index - First(node.Level);
        return index >= 0 && index < levels[node.Level].Count ? levels[node.Level][(int)index] : null;
    }

    /// <summary>The hash of everything.</summary>
    public Digest Root()
    {
        var nodes = new TreeRange(0, Size).Nodes().Select(n => Find(n)!.Value).ToArray();
        return TreeRange.Join(nodes);
    }

    private long First(int level) => level < SegmentTile.Levels ? kept >> level : 0;

    private void Put(int level, Digest hash)
    {
        // A second child completes its parent, and that perhaps its own.
        for (; ; level++)
        {
            levels[level].Add(hash);
            if (((First(level) + levels[level].Count) & 1) == 1) return;
            hash = TreeHash.Node(levels[level][^2], hash);
        }
    }
}
