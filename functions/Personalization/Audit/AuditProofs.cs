using Personalization.Audit.Merkle;

namespace Personalization.Audit;

/// <summary>
/// Hashes of the log as it is and as it was. What is not in memory is in the tiles of at most two segments: that of the
/// leaf and that in which the tree of the asked size ends.
/// </summary>
public sealed class AuditProofs(AuditLog log)
{
    /// <summary>How many entries there are now, those of other processes included.</summary>
    public ValueTask<long> Size(CancellationToken stop) => log.End.ReadOn(stop);

    /// <param name="index">Below the size.</param>
    /// <param name="size">At most what <see cref="Size"/> said.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<InclusionProof> Inclusion(long index, long size, CancellationToken stop)
    {
        var hashes = new Hashes(log);
        var leaf = await hashes.Of(new TreeNode(0, index), stop);
        var path = await hashes.Of(ProofPlan.Inclusion(index, size), stop);
        return new(index, size, $"{leaf}", $"{await hashes.Of(new TreeRange(0, size), stop)}", [.. path.Select(h => $"{h}")]);
    }

    /// <param name="from">At least 1: every log begins with the empty one.</param>
    /// <param name="to">At least as much, and at most what <see cref="Size"/> said.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<ConsistencyProof> Consistency(long from, long to, CancellationToken stop)
    {
        var hashes = new Hashes(log);
        var path = await hashes.Of(ProofPlan.Consistency(from, to), stop);
        return new(from, to, $"{await hashes.Of(new TreeRange(0, from), stop)}", $"{await hashes.Of(new TreeRange(0, to), stop)}", [.. path.Select(h => $"{h}")]);
    }

    public ValueTask<Digest> Root(long size, CancellationToken stop) => new Hashes(log).Of(new TreeRange(0, size), stop);

    /// <summary>The leaf hashes of a segment, as the tree was built of them, up to a size.</summary>
    public async ValueTask<Digest[]> Leaves(long segment, long size, CancellationToken stop)
    {
        var hashes = new Hashes(log);
        var (first, end) = (segment * SegmentTile.Leaves, Math.Min(size, (segment + 1) * SegmentTile.Leaves));
        var leaves = new Digest[end - first];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = await hashes.Of(new TreeNode(0, first + i), stop);
        return leaves;
    }

    /// <summary>The hashes of one question, with the tiles it needed.</summary>
    private sealed class Hashes(AuditLog log)
    {
        private readonly Dictionary<long, SegmentTile> tiles = [];

        public async ValueTask<Digest[]> Of(IReadOnlyList<TreeRange> ranges, CancellationToken stop)
        {
            var hashes = new Digest[ranges.Count];
            for (var i = 0; i < hashes.Length; i++) hashes[i] = await Of(ranges[i], stop);
            return hashes;
        }

        public async ValueTask<Digest> Of(TreeRange range, CancellationToken stop)
        {
            var nodes = new List<Digest>();
            foreach (var node in range.Nodes()) nodes.Add(await Of(node, stop));
            return TreeRange.Join(nodes.ToArray());
        }

        public async ValueTask<Digest> Of(TreeNode node, CancellationToken stop)
        {
            if (log.End.Find(node) is { } known) return known;
            var below = SegmentTile.Levels - node.Level;
            var segment = node.Index >> below;
            if (!tiles.TryGetValue(segment, out var tile)) tiles[segment] = tile = await log.Segments.Tile(segment, stop);
            return tile.Find(node.Level, (int)(node.Index - (segment << below)));
        }
    }
}

/// <summary>That an entry is in the log of that size and root. Hashes are base64.</summary>
/// <param name="Index">Which entry.</param>
/// <param name="Size">In the log of how many.</param>
/// <param name="Leaf">The entry's hash.</param>
/// <param name="Root">The log's hash.</param>
/// <param name="Path">From the leaf upwards.</param>
public sealed record InclusionProof(long Index, long Size, string Leaf, string Root, IReadOnlyList<string> Path)
{
    /// <summary>Who signed for that root, where somebody did.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The key of that checkpoint.</summary>
    public PublishedKey? Key { get; init; }

    public bool Holds() =>
        Digest.Parse(Leaf) is { } leaf && Digest.Parse(Root) is { } root && Path.Select(Digest.Parse).ToList() is var path && path.All(h => h is not null)
        && ProofCheck.Inclusion(leaf, Index, Size, [.. path.Select(h => h!.Value)], root);
}

/// <summary>That the log of one size is the beginning of the log of another. Hashes are base64.</summary>
public sealed record ConsistencyProof(long From, long To, string FromRoot, string ToRoot, IReadOnlyList<string> Path);
