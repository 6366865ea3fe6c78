using Personalization.Decisions.Candidates;

namespace Personalization.Segments;

/// <summary>
/// How much scoring for one person is expected to add to a list made for people alike, from 0 for nothing to 1:
/// <code>known · (0.4 + 0.3 · breadth + 0.3 · stake)</code>
/// <c>known</c> is n / (n + 5) for n items met lately, the same half that an answer's confidence is made of. <c>breadth</c>
/// is 1 − Σ share² over the categories: somebody drawn to one alone is served by the segment of that category as well.
/// <c>stake</c> is 1 for whoever is about to buy, else value / (value + 100) for what the vault, where it may be read,
/// holds of purchases.
/// </summary>
public static class MarginalValue
{
    private const float Base = 0.4f;
    private const float ForBreadth = 0.3f;
    private const float ForStake = 0.3f;

    /// <summary>Items met at which half is known.</summary>
    private const float Half = 5;

    /// <summary>Purchases at which half of the stake is there, in any currency: money is not converted here.</summary>
    private const float HalfStake = 100;

    public static float Of(Hints hints)
    {
        if (hints.Profile is not { } profile || hints.Terms.Count == 0) return 0;
        var bought = hints.Vault?.Purchases.Value(hints.Now) ?? 0;
        var stake = hints.Intent ? 1 : Math.Max(0, bought) / (Math.Max(0, bought) + HalfStake);
        return Of(profile.Recent.Count, Breadth(hints), stake);
    }

    public static float Of(int met, float breadth, float stake) => met / (met + Half) * (Base + (ForBreadth * breadth) + (ForStake * stake));

    private static float Breadth(Hints hints)
    {
        var alike = 0f;
        foreach (var category in hints.Categories) alike += hints.Terms.Of(category).Person * hints.Terms.Of(category).Person;
        return hints.Categories.IsEmpty ? 0 : Math.Clamp(1 - alike, 0, 1);
    }
}
