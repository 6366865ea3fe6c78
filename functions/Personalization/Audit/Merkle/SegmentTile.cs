namespace Personalization.Audit.Merkle;

/// <summary>All hashes of one full segment below its root, level after level: what a proof about one of its leaves needs.</summary>
public sealed class SegmentTile
{
    /// <summary>Height of a segment.</summary>
    public const int Levels = 12;

    /// <summary>Leaves of a segment.</summary>
    public const int Leaves = 1 << Levels;

    public const int Bytes = ((2 * Leaves) - 2) * Digest.Bytes;

    private readonly ReadOnlyMemory<byte> bytes;

    private SegmentTile(ReadOnlyMemory<byte> bytes) => this.bytes = bytes;

    public ReadOnlyMemory<byte> Memory => bytes;

    public Digest Root => TreeHash.Node(Find(Levels - 1, 0), Find(Levels - 1, 1));

    public static SegmentTile Of(IReadOnlyList<Digest> leaves)
    {
        if (leaves.Count != Leaves) throw new ArgumentException($"A segment has {Leaves} leaves.", nameof(leaves));
        var written = new byte[Bytes];
        for (var i = 0; i < Leaves; i++) leaves[i].Write(written.AsSpan(Place(0, i)));
        var tile = new SegmentTile(written);
        for (var level = 1; level < Levels; level++)
            for (var i = 0; i < Leaves >> level; i++)
                TreeHash.Node(tile.Find(level - 1, 2 * i), tile.Find(level - 1, (2 * i) + 1)).Write(written.AsSpan(Place(level, i)));
        return tile;
    }

    public static SegmentTile? Read(ReadOnlyMemory<byte> bytes) => bytes.Length == Bytes ? new(bytes) : null;

    /// <param name="level">Below <see cref="Levels"/>.</param>
    /// <param name="index">Within the segment.</param>
    public Digest Find(int level, int index) => Digest.Read(bytes.Span[Place(level, index)..]);

    // Levels 0 to l - 1 hold 4096 + 2048 + ... = 8192 - (8192 >> l) hashes.
    private static int Place(int level, int index) => ((2 * Leaves) - ((2 * Leaves) >> level) + index) * Digest.Bytes;
}
