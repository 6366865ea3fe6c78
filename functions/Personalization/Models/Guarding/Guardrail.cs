using System.Globalization;

namespace Personalization.Models.Guarding;

/// <summary>Whether a canary does harm, by what became of its decisions and the champion's.</summary>
/// <remarks>
/// A side's rate is r = Σy / Σn over its parts, y being good outcomes or time and n decisions. People are put into parts by
/// hash, so parts are independent, and the variance of r is estimated by v = B/(B-1) · Σ(y - r·n)² / (Σn)² over B parts.
/// The difference d of the two rates has variance v = v1 + v2, and evidence against "no difference" is the likelihood ratio
/// mixed over differences of size τ: Λ = √(v/(v+τ²)) · exp(d²τ² / (2v(v+τ²))). Under no difference Λ is a martingale that
/// begins at 1 as decisions come in, so by Ville's inequality the probability that it ever reaches 1/α is at most α,
/// however often one looks. Two things are looked at, each with half of it.
/// </remarks>
public static class Guardrail
{
    private const int Looked = 2;

    public static Verdict Judge(TrialCounts counts, GuardOptions options)
    {
        var outcomes = Rates.Of(counts.Decisions(false), counts.Outcomes(false), counts.Decisions(true), counts.Outcomes(true));
        var time = Rates.Of(counts.Decisions(false), counts.Micros(false), counts.Decisions(true), counts.Micros(true));
        var needed = Math.Log(Looked / options.Alarm);
        string? harm = null;
        if (Math.Min(outcomes.ChampionDecisions, outcomes.CanaryDecisions) < options.Decisions) harm = null;
        else if (outcomes.Canary < outcomes.Champion * (1 - options.Drop) && outcomes.Evidence() >= needed) harm = Said("good outcomes per decision", outcomes, 1);
        else if (time.Canary > time.Champion * (1 + options.Slower) && time.Evidence() >= needed) harm = Said("milliseconds per decision", time, 1000);
        return new(harm, outcomes, time);
    }

    private static string Said(string what, Rates rates, double unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}: {rates.Canary / unit:0.#####} of the canary ({rates.CanaryDecisions} decisions), {rates.Champion / unit:0.#####} of the champion ({rates.ChampionDecisions})");
}

/// <param name="Harm">What is worse; null where nothing is, as far as can be told.</param>
/// <param name="Outcomes">Good outcomes per decision.</param>
/// <param name="Micros">Microseconds per decision.</param>
public sealed record Verdict(string? Harm, Rates Outcomes, Rates Micros);

/// <param name="ChampionDecisions">How many decisions the champion's people had.</param>
/// <param name="CanaryDecisions">How many the canary's had.</param>
/// <param name="Champion">What came of each, on average.</param>
/// <param name="Canary">The same of the canary.</param>
/// <param name="Variance">Of the difference.</param>
public sealed record Rates(long ChampionDecisions, long CanaryDecisions, double Champion, double Canary, double Variance)
{
    public static Rates Of(ReadOnlySpan<long> championDecisions, ReadOnlySpan<long> champion, ReadOnlySpan<long> canaryDecisions, ReadOnlySpan<long> canary)
    {
        var (n1, r1, v1) = Side(championDecisions, champion);
        var (n2, r2, v2) = Side(canaryDecisions, canary);
        return new(n1, n2, r1, r2, v1 + v2);
    }

    /// <summary>τ, as a share of the champion's rate. Any is right; this one sees what is broken soon, and a few per cent some thousands of decisions later.</summary>
    private const double Effect = 0.2;

    /// <summary>The logarithm of Λ.</summary>
    internal double Evidence()
    {
        var (d, expected) = (Canary - Champion, Effect * Champion);
        var spread = expected * expected;
        if (Variance <= 0 || spread <= 0) return double.NegativeInfinity;
        return (0.5 * Math.Log(Variance / (Variance + spread))) + (d * d * spread / (2 * Variance * (Variance + spread)));
    }

    private static (long Decisions, double Rate, double Variance) Side(ReadOnlySpan<long> decisions, ReadOnlySpan<long> sums)
    {
        var (all, sum) = (0L, 0L);
        for (var i = 0; i < decisions.Length; i++) (all, sum) = (all + decisions[i], sum + sums[i]);
        if (all == 0) return (0, 0, 0);
        var (rate, squares) = ((double)sum / all, 0.0);
        for (var i = 0; i < decisions.Length; i++) squares += Math.Pow(sums[i] - (rate * decisions[i]), 2);
        return (all, rate, squares * decisions.Length / (decisions.Length - 1) / ((double)all * all));
    }
}
