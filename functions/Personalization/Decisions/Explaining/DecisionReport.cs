using System.Numerics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Rules;

namespace Personalization.Decisions.Explaining;

/// <summary>A logged decision as people read it: what there was to choose from, what each candidate had for it, what was chosen and by what.</summary>
/// <param name="Decision">Its id.</param>
/// <param name="At">When.</param>
/// <param name="Engine">Which engine made it.</param>
/// <param name="Tier">How much was done for it.</param>
/// <param name="TierReason">Why that much.</param>
/// <param name="Versions">What had a say.</param>
/// <param name="Consent">What was used and what the person had refused.</param>
/// <param name="Context">Where it was asked from; names of devices and channels are not kept.</param>
/// <param name="Freshness">How old the picture was.</param>
/// <param name="Experiments">Variants it was made with.</param>
/// <param name="Rules">Rules that held.</param>
/// <param name="Candidates">How many there were to choose from.</param>
/// <param name="Slots">What was chosen.</param>
/// <param name="Exploration">The share of places filled by chance.</param>
/// <param name="FallbackReason">Why it was less personal than it could have been.</param>
/// <param name="Degraded">Whether something could not be read.</param>
/// <param name="HeldOut">Whether the person was one who gets nothing personal.</param>
/// <param name="Layout">The layout chosen.</param>
public sealed record DecisionReport(
    string Decision, DateTimeOffset At, string Engine, string Tier, string TierReason, ReportedVersions Versions, ReportedConsent Consent, ReportedContext Context, ReportedFreshness Freshness,
    IReadOnlyList<Arm> Experiments, IReadOnlyList<ReportedRule> Rules, int Candidates, IReadOnlyList<ReportedSlot> Slots, double Exploration,
    string? FallbackReason, bool Degraded, bool HeldOut, string? Layout)
{
    internal static DecisionReport Of(string id, LoggedFacts f, CatalogueSnapshot items, Func<ushort, string?> rule) => new(
        id, f.At, DecisionNames.Of(f.Engine), DecisionNames.Of(f.Tier), DecisionNames.Of(f.Why), new(f.FeatureSet, f.Versions.Model, f.Versions.Rules, f.Versions.Experiments),
        new(PurposeNames.Of(f.Used), PurposeNames.Of(f.Withheld)), new(f.Region == Region.Unknown ? null : f.Region.ToString()), new(f.ProfileAt, f.PopularityAt), f.Arms,
        [.. f.Rules.Select(r => new ReportedRule(NameOf(r.Rule, rule), r.Effect.Kind.ToString().ToLowerInvariant())).Distinct()], f.Pool.Count,
        SlotsOf(f, f.Placed, items, rule),
        Told(f.Explore.Share), DecisionNames.Of(f.Fallback), f.Degraded, f.HeldOut, f.Layout);

    internal static IReadOnlyList<ReportedSlot> SlotsOf(LoggedFacts f, IReadOnlyList<Placement> placed, CatalogueSnapshot items, Func<ushort, string?> rule) =>
        [.. f.Slots.Select((s, n) => new ReportedSlot(s.Name, s.Ranker.Name, [.. placed.Where(p => p.Slot == n).Select(p => Item(f, p, items, rule))]))];

    private static string NameOf(ushort number, Func<ushort, string?> rule) => rule(number) ?? $"{number}";

    /// <summary>As many places as a person reads.</summary>
    private static double Told(float value) => Math.Round((double)value, 6);

    private static ReportedItem Item(LoggedFacts f, Placement p, CatalogueSnapshot items, Func<ushort, string?> rule)
    {
        var weights = f.Slots[p.Slot].Ranker.Weights(f.Buying);
        var contributions = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var bits = f.Pool.Filled; bits != 0; bits &= bits - 1)
        {
            var column = BitOperations.TrailingZeroCount(bits);
            var adds = weights[column] * f.Pool.Value((Column)column, p.Candidate);
            if (adds != 0) contributions[Columns.Names[column]] = Told(adds);
        }

        var speaking = f.Pool.Rules[p.Candidate] & f.Slots[p.Slot].Rules;
        for (var r = 0; r < f.Rules.Count; r++)
            if ((speaking & (1UL << r)) != 0 && f.Rules[r].Effect is { Kind: RuleKind.Boost or RuleKind.Promote, By: var by }) contributions[$"rule:{NameOf(f.Rules[r].Rule, rule)}"] = Told(by);

        var key = new ItemKey(f.Pool.Keys[p.Candidate]);
        return new(items.Find(key)?.Item.Id ?? $"{key.Value:x16}", Told(p.Score), Told(p.Propensity), p.By.ToString().ToLowerInvariant(), contributions);
    }
}

public sealed record ReportedVersions(string FeatureSet, string Model, string Rules, string Experiments);

public sealed record ReportedConsent(IReadOnlyList<string> Used, IReadOnlyList<string> Withheld);

public sealed record ReportedContext(string? Region);

public sealed record ReportedFreshness(DateTimeOffset? ProfileAt, DateTimeOffset? PopularityAt);

public sealed record ReportedRule(string Id, string Kind);

public sealed record ReportedSlot(string Name, string Ranker, IReadOnlyList<ReportedItem> Items);

/// <param name="Id">The item; in hex what the catalogue does not know any more.</param>
/// <param name="Score">What its score was, with what rules added.</param>
/// <param name="Propensity">How probable it was in this place.</param>
/// <param name="PlacedBy">score, pin or exploration; pins say nothing of the ranking.</param>
/// <param name="Contributions">What each thing known of it added.</param>
public sealed record ReportedItem(string Id, double Score, double Propensity, string PlacedBy, IReadOnlyDictionary<string, double> Contributions);

/// <param name="Decision">Its id.</param>
/// <param name="Same">Whether it came out as it was, to the bit.</param>
/// <param name="Slots">What came out now.</param>
public sealed record ReplayReport(string Decision, bool Same, IReadOnlyList<ReportedSlot> Slots);
