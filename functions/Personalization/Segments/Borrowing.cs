using System.Buffers;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>Takes over what was prepared for many, but for what this person does not want or cannot have.</summary>
internal static class Borrowing
{
    private const uint Met = 1u << (int)Column.Seen;

    /// <summary>Says how many candidates are described; null, with nothing taken, where too many are out for a good choice.</summary>
    public static int? From(Prepared prepared, Decision d)
    {
        var chosen = ArrayPool<int>.Shared.Rent(prepared.Pool.Count);
        try
        {
            if (Choose(prepared, d, chosen) is not { } count) return null;
            d.Pool.Copy(prepared.Pool, chosen.AsSpan(0, count));
        }
        finally { ArrayPool<int>.Shared.Return(chosen); }

        var met = false;
        foreach (ref readonly var slot in prepared.Slots.AsSpan())
        {
            d.Add(slot);
            met |= WantsMet(slot, d.Buying);
        }

        if (d.Hints.Profile is null) return d.Pool.Count;
        var described = d.Pool.Count;
        for (var i = 0; i < described; i++) Describing.OfMet(d.Pool, i, d.Hints);
        if (met) Gathering.Met(d, Profiles.RecentItems.Kept);
        return described;
    }

    /// <summary>Whether what the person met may come first: no list for many has it among the promising.</summary>
    private static bool WantsMet(in Slot slot, bool buying) =>
        (slot.Needs & Met) != 0 || (slot.Ranker.IsLearned && (slot.Refuses & Met) == 0 && (slot.Ranker.Weights(buying)[(int)Column.Seen] > 0 || slot.Ranker.Weights(buying)[(int)Column.SeenStrongly] > 0));

    /// <summary>As many as are promising, the next ones in place of those that are out; all where rules may prefer others, or what was met is out.</summary>
    private static int? Choose(Prepared prepared, Decision d, int[] chosen)
    {
        var (pool, n) = (prepared.Pool, 0);
        var wanted = d.Ask.Unseen || Ruling.MayReorder(d) ? pool.Count : prepared.Promising;
        for (var i = 0; i < pool.Count && n < wanted; i++)
        {
            if (!d.Shelf.CanBeShown(pool.Places[i])) continue;
            ref var known = ref d.Known.At(pool.Keys[i]);
            if (known) continue;
            known = true;
            chosen[n++] = i;
        }

        // A quarter less is still more than is shown.
        return 4 * n >= 3 * wanted ? n : null;
    }
}
