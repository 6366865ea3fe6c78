using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// Turns full segments of the tail into blobs, in order, beside the appending. Every step may be repeated by anyone at any
/// time: what is written is the same, and the tail's documents go only when two further segments are sealed, long after
/// every other process can see the summary.
/// </summary>
internal sealed class SegmentSealer(AuditTail tail, AuditSegments segments, LogEnd end)
{
    private const int Behind = 2;
    private const int LookedBack = 8;

    private readonly SemaphoreSlim turn = new(1, 1);
    private long dropped = -1;
    private int waiting;

    /// <summary>The sealing under way, or the last one.</summary>
    public Task Current { get; private set; } = Task.CompletedTask;

    public void Start()
    {
        if (end.Unsealed > 0 && Interlocked.Exchange(ref waiting, 1) == 0) Current = Task.Run(InBackground);
    }

    public async ValueTask Run(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            while (end.Unsealed > 0) await Seal(end.Sealed, stop);
        }
        finally { turn.Release(); }
    }

    private async Task InBackground()
    {
        Volatile.Write(ref waiting, 0);
        try { await Run(CancellationToken.None); }
        // The entries are safe where they are; the next full segment or the timer tries again.
        catch (Exception) { }
    }

    private async ValueTask Seal(long segment, CancellationToken stop)
    {
        if (await segments.Summary(segment, stop) is null)
        {
            var entries = await tail.Chain(segment, stop);
            if (entries.Count == SegmentTile.Leaves) await segments.Put(segment, entries, stop);
            else if (await segments.Summary(segment, stop) is null) throw new StoreUnavailableException(AuditTail.Store.Name, Status.NotFound);
        }

        end.WasSealed(segment);
        // A process that died may have left some behind.
        if (dropped < 0) dropped = Math.Max(0, segment - Behind - LookedBack);
        for (; dropped <= segment - Behind; dropped++) await tail.Drop(dropped, stop);
    }
}
