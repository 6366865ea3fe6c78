using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>Has an engine gather and describe its candidates for a segment, as it would for a person of whom just that is known.</summary>
internal static class Preparing
{
    /// <summary>
    /// Candidates that may be needed are found by arranging twice as many of each slot, with twice as many of a category.
    /// Of what is chosen by score for n places with m of a category, none is missed by 2n and 2m: of those better than
    /// it, each category has at most twice as many within 2m as within m, and less than n are within m. The other half
    /// stands in for what a person does not want or cannot have.
    /// </summary>
    private const int Widened = 2;

    /// <summary>Leaves candidates and slots in <paramref name="d"/>, which is nobody's decision and empty but for what is excluded; the question is <paramref name="asked"/>'s.</summary>
    public static void Gather(IDecisionEngine engine, Decision d, Decision asked, in Segment segment)
    {
        (d.At, d.Shelf, d.Engine, d.Body) = (asked.At, asked.Shelf, asked.Engine, default);
        (d.Ask.Kind, d.Ask.Count, d.Ask.Unseen, d.Ask.Region) = (asked.Ask.Kind, asked.Ask.Count, asked.Ask.Unseen, asked.Ask.Region);
        d.Ask.Slots.AddRange(asked.Ask.Slots);
        d.Ranker = asked.Ranker;
        segment.Describe(d.Hints, d.Ask.Region, asked.Hints.Now);
        d.Buying = d.Hints.Intent;
        engine.Gather(d);
        Describing.All(d.Pool, d.Hints, d.Taste, d.Shelf);
    }

    public static Prepared Of(Decision gathered, long until)
    {
        var slots = gathered.Slots.ToArray();
        foreach (ref var slot in gathered.Slots) slot = slot with { Count = Widened * slot.Count, Most = Widened * slot.Most, Refuses = 0 };
        gathered.Arrange(0);
        var (order, promising) = Order(gathered);
        var pool = new Pool(Math.Max(1, order.Length));
        pool.Copy(gathered.Pool, order);
        return new(gathered.Shelf, pool, promising, slots, until);
    }

    private static (int[] Order, int Promising) Order(Decision gathered)
    {
        var chosen = new bool[gathered.Pool.Count];
        foreach (var placed in gathered.Placed) chosen[placed.Candidate] = true;
        var order = new int[chosen.Length];
        var n = 0;
        for (var i = 0; i < chosen.Length; i++)
            if (chosen[i]) order[n++] = i;
        var promising = n;
        for (var i = 0; i < chosen.Length; i++)
            if (!chosen[i]) order[n++] = i;
        return (order, promising);
    }
}
