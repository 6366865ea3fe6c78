using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// Where the log ends, as far as this process knows, and the hashes up to there. Others append to the same log: whoever
/// finds a place taken reads on from what it knows and tries the next one.
/// <para>
/// Why nothing can fork: a batch is written only where no document is, and where one batch ends another begins, so two
/// writers who know the same beginning want the same place and one gets it. A place is vacated only after its segment is
/// sealed; whoever knew so little as to write there finds the summary afterwards and takes the batch back, unacknowledged.
/// Whoever reads a batch looks for the summary after it, and believes the summary.
/// </para>
/// </summary>
internal sealed class LogEnd(AuditTail tail, AuditSegments segments, TimeProvider time)
{
    private const int UnansweredAttempts = 2;

    private readonly HashTree tree = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private (long At, Digest Leaf, bool Found) own = (-1, default, false);
    private bool loaded;

    public long Size { get { lock (gate) return tree.Size; } }

    /// <summary>How many segments are known to be sealed.</summary>
    public long Sealed { get; private set; }

    /// <summary>Full segments that are not sealed yet, as far as is known.</summary>
    public long Unsealed => (Size / SegmentTile.Leaves) - Sealed;

    public (long Size, Digest Root) Now()
    {
        lock (gate) return (tree.Size, tree.Root());
    }

    /// <summary>Null for what only a sealed segment's blob has.</summary>
    public Digest? Find(TreeNode node)
    {
        lock (gate) return tree.Find(node);
    }

    /// <summary>Takes in what others appended. The value is the size then.</summary>
    public async ValueTask<long> ReadOn(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            await Load(stop);
            await Advance(stop);
            return Size;
        }
        finally { turn.Release(); }
    }

    /// <summary>Appends as many as its segment has room for, at least one. The value is the index of the first, and how many.</summary>
    public async ValueTask<(long At, int Count)> Append(IReadOnlyList<Framed> waiting, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            await Load(stop);
            for (var attempt = 1; ; attempt++)
            {
                var at = Size;
                Framed[] entries = [.. waiting.Take((int)(SegmentTile.Leaves - (at % SegmentTile.Leaves)))];
                var put = await tail.Put(at, Frames.Write(entries), stop);
                if (await Kept(put, at, entries, stop)) return (at, entries.Length);
                if (put.Status is not (Status.Ok or Status.Conflict) && attempt >= UnansweredAttempts) put.Required(AuditTail.Store);
                await Backoff.Pause(attempt, AuditTail.Store, time, stop);
            }
        }
        finally { turn.Release(); }
    }

    /// <summary>A segment's blobs are written: what stood for them in memory may go.</summary>
    public void WasSealed(long segment)
    {
        lock (gate)
        {
            if (segment < Sealed) return;
            Sealed = segment + 1;
            tree.Forget(Sealed * SegmentTile.Leaves);
        }
    }

    /// <summary>Whether these entries are in the log now, whatever the answer to the write was.</summary>
    private async ValueTask<bool> Kept(Outcome<Etag> put, long at, Framed[] entries, CancellationToken stop)
    {
        if (put.Status == Status.TooLarge) put.Required(AuditTail.Store);
        if (put.Ok && await segments.Summary(at / SegmentTile.Leaves, stop) is null)
        {
            Take(at, entries.Select(e => e.Leaf));
            return true;
        }

        // No two entries are alike, so one hash tells whether the batch that is there is ours.
        own = (at, entries[0].Leaf, false);
        await Advance(stop);
        if (put.Ok && !own.Found) await tail.TakeBack(at, put.Value, stop);
        return own.Found;
    }

    private async ValueTask Load(CancellationToken stop)
    {
        if (loaded) return;
        var segment = 0L;
        await foreach (var summary in segments.All(stop)) TakeSegment(segment++, summary.Root);
        // One listing instead of a call for each batch; where somebody seals the segment meanwhile, it does not count.
        if (segment == Sealed)
        {
            var chain = await tail.Chain(segment, stop);
            if (await segments.Summary(segment, stop) is null) Take(segment * SegmentTile.Leaves, chain.Select(e => e.Leaf));
        }

        loaded = true;
    }

    private async ValueTask Advance(CancellationToken stop)
    {
        while (true)
        {
            var (at, segment) = (Size, Size / SegmentTile.Leaves);
            var batch = await tail.Get(at, stop);
            var summary = await segments.Summary(segment, stop);
            if (summary is null && batch is null) return;
            if (summary is null) Take(at, batch!.Select(e => e.Leaf));
            else if (at % SegmentTile.Leaves == 0 && own.At != at) TakeSegment(segment, summary.Root);
            else
            {
                var tile = await segments.Tile(segment, stop);
                Take(at, Enumerable.Range((int)(at % SegmentTile.Leaves), SegmentTile.Leaves - (int)(at % SegmentTile.Leaves)).Select(i => tile.Find(0, i)));
                WasSealed(segment);
            }
        }
    }

    private void Take(long at, IEnumerable<Digest> leaves)
    {
        lock (gate)
        {
            foreach (var (i, leaf) in leaves.Index())
            {
                tree.Add(leaf);
                if (own.At == at + i) own.Found = own.Leaf == leaf;
            }
        }
    }

    private void TakeSegment(long segment, Digest root)
    {
        lock (gate)
        {
            // Segments are sealed in order, so those before are.
            if (segment * SegmentTile.Leaves != tree.Size) return;
            tree.AddSegment(root);
            Sealed = segment + 1;
        }
    }
}
