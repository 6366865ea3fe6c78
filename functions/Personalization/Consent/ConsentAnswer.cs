using Personalization.Identity.Whole;

namespace Personalization.Consent;

/// <summary>What is allowed for a person now, and why.</summary>
/// <param name="Purposes">Each purpose by name.</param>
/// <param name="Region">The region whose defaults were used; null where none is known.</param>
/// <param name="Regime">How that region treats silence: opt-in or opt-out.</param>
/// <param name="PolicyVersion">The version of the regional defaults used.</param>
/// <param name="Source">Where the person last decided; null when they never did.</param>
/// <param name="NoticeVersion">What they had been told then.</param>
/// <param name="At">When that was.</param>
public sealed record ConsentAnswer(
    IReadOnlyDictionary<string, PurposeAnswer> Purposes, string? Region, string Regime, int PolicyVersion, string? Source, string? NoticeVersion, DateTimeOffset? At)
{
    /// <summary>The token of somebody who named themselves by nothing, or by a token that is over.</summary>
    public string? Visitor { get; init; }

    /// <summary>Where training was just refused: by when every model in use was trained without them.</summary>
    public DateTimeOffset? ExcludedFromTrainingBy { get; init; }

    /// <param name="standing">All they decided.</param>
    /// <param name="region">Where they are, if that is said now.</param>
    /// <param name="policy">What holds for silence.</param>
    /// <param name="whole">The person they are a part of; null for one known as they alone.</param>
    public static ConsentAnswer Of(ConsentStanding standing, Region region, ConsentPolicy policy, WholePerson? whole = null)
    {
        var where = region == Consent.Region.Unknown ? standing.Region : region;
        var (own, standard) = (standing.State.Vote, policy.Standard(where) & (whole?.Standard(policy) ?? Consent.Purposes.All));
        var vote = whole?.Vote() ?? own;
        var allowed = vote.Over(standard);
        var purposes = PurposeNames.All.ToDictionary(p => p.Name, p => new PurposeAnswer(allowed.HasFlag(p.Purpose), Why(p.Purpose, vote, own, standing.BySignal)), StringComparer.Ordinal);
        return new(purposes, where == Consent.Region.Unknown ? null : where.ToString(), RegimeNames.Of(standard), policy.Version,
            standing.Last?.Source, standing.Last?.NoticeVersion, standing.Last?.At);
    }

    private static string Why(Purposes purpose, Vote vote, Vote own, Purposes bySignal)
    {
        if (!(vote.Granted | vote.Denied).HasFlag(purpose)) return "region-default";
        if (!(vote.Granted.HasFlag(purpose) ? own.Granted : own.Denied).HasFlag(purpose)) return "person";
        return bySignal.HasFlag(purpose) ? "signal" : "chosen";
    }
}

/// <param name="Granted">Whether it is allowed.</param>
/// <param name="Why"><c>chosen</c>, <c>signal</c>, <c>person</c> (said as another member of the same person) or <c>region-default</c>.</param>
public sealed record PurposeAnswer(bool Granted, string Why);

/// <summary>The regimes as they are written.</summary>
internal static class RegimeNames
{
    public static string Of(Regime regime) => regime == Regime.OptOut ? "opt-out" : "opt-in";

    public static string Of(Purposes standard) => standard == ConsentPolicy.Standard(Regime.OptOut) ? "opt-out" : "opt-in";
}
