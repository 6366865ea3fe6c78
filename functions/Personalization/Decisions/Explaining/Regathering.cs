using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Profiles;

namespace Personalization.Decisions.Explaining;

/// <summary>
/// Brings to a former decision what other rules could have made of it. From a list for many only the promising are taken and
/// logged as long as no rule wants others, so those that were left are gathered anew: from the items of today, and without
/// what the frontend excluded, which is not kept.
/// </summary>
internal static class Regathering
{
    /// <summary>Columns of items asked about; such a question is never answered from a list for many.</summary>
    private const uint Asked =
        (1u << (int)Column.Viewed) | (1u << (int)Column.Bought) | (1u << (int)Column.SameCategory) | (1u << (int)Column.SameBrand) | (1u << (int)Column.SamePrice) | (1u << (int)Column.SameAttributes);

    private const int PerRail = 60;

    /// <param name="d">With the candidates that were logged, their groups being those of the record.</param>
    /// <param name="facts">The record.</param>
    public static void Widen(Decision d, LoggedFacts facts)
    {
        if (!WasCut(facts) || !Ruling.MayReorder(d)) return;
        Hint(d, facts);
        foreach (var slot in facts.Slots)
            if (slot.Group != Pool.NoGroup && CategoryOf(d, facts, slot.Group) is { } category) Gathering.Of(d, category, PerRail);
        Gathering.Everything(d);
        Describing.All(d.Pool, d.Hints, d.Taste, d.Shelf, facts.Pool.Count);
    }

    /// <summary>Categories are numbered anew with each ranking: those of added candidates are given the numbers that the record has for them.</summary>
    public static void Number(Decision d, LoggedFacts facts)
    {
        var (numbers, free) = (new Dictionary<ushort, ushort>(), Pool.NoGroup);
        for (var i = 0; i < facts.Pool.Count; i++)
            if (d.Pool.Places[i] is >= 0 and var place) numbers.TryAdd(d.Shelf.GroupOf(place), facts.Pool.Groups[i]);
        for (var i = facts.Pool.Count; i < d.Pool.Count; i++)
        {
            if (!numbers.TryGetValue(d.Pool.Groups[i], out var number)) numbers[d.Pool.Groups[i]] = number = --free;
            d.Pool.Groups[i] = number;
        }
    }

    private static bool WasCut(LoggedFacts facts) =>
        facts is { Tier: not Tier.Singleton, Engine: DecisionEngine.Homepage or DecisionEngine.Recommendations }
        && (facts.Pool.Filled & Asked) == 0 && facts.Rules.All(r => r.Effect.Kind == Rules.RuleKind.Pin)
        && Array.TrueForAll(facts.Slots, s => s.Refuses == 0 && s.Ranker != Rankers.Similar && s.Ranker != Rankers.Together && s.Ranker != Rankers.Session);

    /// <summary>What was known of the people the list was made for stands beside each candidate.</summary>
    private static void Hint(Decision d, LoggedFacts facts)
    {
        var session = default(Term);
        for (var i = 0; i < facts.Pool.Count; i++)
            if (d.Pool.Places[i] is >= 0 and var place && facts.Pool.Value(Column.Session, i) > 0) session = d.Shelf.Items[place].Category;
        d.Hints.Begin(facts.Region, FeatureInput.Seconds(facts.At.ToUnixTimeMilliseconds()), session, facts.Buying);
        for (var i = 0; i < facts.Pool.Count; i++)
        {
            if (d.Pool.Places[i] is not (>= 0 and var place)) continue;
            var item = d.Shelf.Items[place];
            if (facts.Pool.Value(Column.Category, i) is > 0 and var category) d.Hints.Terms.At(item.Category.Key).Person = category;
            if (facts.Pool.Value(Column.Price, i) is > 0 and var price) d.Hints.Terms.At(item.PriceBand.Key).Person = price;
        }
    }

    private static Term? CategoryOf(Decision d, LoggedFacts facts, ushort group)
    {
        for (var i = 0; i < facts.Pool.Count; i++)
            if (facts.Pool.Groups[i] == group && d.Pool.Places[i] is >= 0 and var place) return d.Shelf.Items[place].Category;
        return null;
    }
}
