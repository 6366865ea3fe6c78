using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>What a page is asked with, for whom, and by which ranker where an experiment names one: the same is answered from the same pool.</summary>
public readonly record struct PreparedKey(Decisions.DecisionEngine Engine, ulong Shape, ulong Region, Segment Segment, Ranker? Ranker = null);

/// <summary>A pool as the engine gathers it for a segment, described, with its slots. Never changed.</summary>
/// <param name="Shelf">The shelf it was made of.</param>
/// <param name="Pool">The most promising candidates first, in the pool's own order; then all others.</param>
/// <param name="Promising">Of how many the best arrangement is made, whatever the seed.</param>
/// <param name="Slots">To be filled.</param>
/// <param name="Until">Timestamp after which it is made anew.</param>
public sealed record Prepared(Shelf Shelf, Pool Pool, int Promising, Slot[] Slots, long Until)
{
    private long used;

    /// <summary>When it last served; by this the one goes that nobody wants.</summary>
    public long Used
    {
        get => Volatile.Read(ref used);
        // A line of memory that every processor writes to would be waited for.
        set { if (Volatile.Read(ref used) != value) Volatile.Write(ref used, value); }
    }
}
