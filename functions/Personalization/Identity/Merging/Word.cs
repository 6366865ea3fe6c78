namespace Personalization.Identity.Merging;

/// <summary>The last thing one side said of one purpose.</summary>
/// <param name="Sequence">Its place in that side's ledger; the later one replaces the earlier, whatever the clocks said.</param>
/// <param name="At">When it was said; what was said elsewhere is compared with it.</param>
/// <param name="Yes">Yes or no.</param>
/// <param name="Authenticated">
/// Whether it counts as the person's own, proved word: not a signal's, and said by a side that at that time had an
/// identifier of which a person has one and had signed in with it.
/// </param>
public readonly record struct Word(long Sequence, DateTimeOffset At, bool Yes, bool Authenticated)
{
    /// <summary>
    /// The later of two of one side. Two at one place are the same row; should they differ all the same, the one that allows less.
    /// A total order, so taking the larger is commutative, associative and idempotent.
    /// </summary>
    public static Word Later(Word one, Word other) => Rank(one).CompareTo(Rank(other)) >= 0 ? one : other;

    private static (long, bool, bool, long) Rank(Word w) => (w.Sequence, !w.Yes, !w.Authenticated, w.At.UtcTicks);
}
