using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Logging;
using Personalization.Training.Ranking;

namespace Personalization.Training.Ordering;

/// <summary>Something a person chose from what stood beside it in the same slot.</summary>
/// <param name="Engine">Whose decision it was.</param>
/// <param name="Person">The key they contribute under.</param>
/// <param name="When">The decision's name, which begins with its time.</param>
/// <param name="Chance">How much chance there was in the slot: the sum of e·(1 − e) over its places.</param>
/// <param name="Choice">In <see cref="LoggedTerms"/>.</param>
internal sealed record LoggedChoice(DecisionEngine Engine, UInt128 Person, DecisionId When, double Chance, Choice Choice)
{
    /// <summary>Others in one choice; of more, some are drawn, which changes nothing but how exact the weights are.</summary>
    private const int MostOthers = 30;

    /// <summary>Rankers of slots that are about one thing, and are not to be learned from what else somebody wants.</summary>
    private static readonly Ranker[] OfOneThing = [Rankers.Similar, Rankers.Together, Rankers.Session, Rankers.Popular, Rankers.Trending, Rankers.Recent];

    /// <summary>
    /// What a decision was for learning: nothing where it was made for many, for nobody known, or without something it should
    /// have had. What rules pinned was not ranked and is left out.
    /// </summary>
    public static IEnumerable<LoggedChoice> Of(LoggedFacts facts, in DecisionId id, UInt128 person, IReadOnlyCollection<ulong> chosen)
    {
        if (facts is not { Tier: Tier.Singleton, Degraded: false, HeldOut: false, Fallback: Fallback.None }) return [];
        var (all, name) = (new List<LoggedChoice>(), id);
        for (var slot = 0; slot < facts.Slots.Length; slot++)
        {
            if (OfOneThing.Contains(facts.Slots[slot].Ranker)) continue;
            var rows = facts.Placed.Where(p => p.Slot == slot).Select((p, place) => (Placed: p, Terms: LoggedTerms.Of(facts, p, place), Chosen: chosen.Contains(facts.Pool.Keys[p.Candidate])))
                .Where(r => r.Placed is { By: not PlacedBy.Pin, Propensity: > 0 and <= 1 } && r.Terms.All(float.IsFinite)).ToList();
            var chance = rows.Sum(r => (double)r.Placed.Propensity * (1 - r.Placed.Propensity));
            float[][] others = [.. rows.Where(r => !r.Chosen).OrderBy(r => Learning.Chance.Bits(name.Nonce, facts.Pool.Keys[r.Placed.Candidate])).Take(MostOthers).Select(r => r.Terms)];
            if (others.Length == 0) continue;
            var taken = rows.Where(r => r.Chosen).ToList();
            all.AddRange(taken.Select(r => new LoggedChoice(facts.Engine, person, name, chance / taken.Count, new(r.Terms, others, 1.0 / taken.Count))));
        }

        return all;
    }
}
