using System.Text.Json.Serialization;
using Personalization.Models.Guarding;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Models.Shadowing;

namespace Personalization.Functions.Triggers;

/// <param name="To">shadow, canary or champion.</param>
/// <param name="Share">Of a canary: how many of a hundred people.</param>
/// <param name="Reason">For whoever reads the audit log.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromoteRequest(string? To, double? Share, string? Reason)
{
    private const int MaxReason = 200;
    private const double LeastShare = 0.01;

    public const string ReasonForm = "must have 1 to 200 characters; it is kept in the audit log, so it must not name a customer";

    public (string Field, string Reason)? Fault() => this switch
    {
        { To: not ("shadow" or "canary" or "champion") } => ("to", "must be shadow, canary or champion"),
        { To: "canary", Share: not (>= LeastShare and <= Canary.MostShare) } => ("share", $"must be from {LeastShare} to {Canary.MostShare}: how many of a hundred people"),
        { To: not "canary", Share: not null } => ("share", "is for a canary only"),
        _ when !IsReason(Reason) => ("reason", ReasonForm),
        _ => null,
    };

    public static bool IsReason(string? text) => text?.Trim().Length is >= 1 and <= MaxReason;
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RollbackRequest(string? Reason);

/// <param name="Rollout">Who gets which model now.</param>
/// <param name="Models">Every registered one, the newest first.</param>
internal sealed record ModelsListed(ListedRollout Rollout, IReadOnlyList<ListedModel> Models);

/// <param name="State">candidate, shadow, canary, champion or retired.</param>
/// <param name="Card">What is known of it.</param>
internal sealed record ListedModel(string State, ModelCard Card);

/// <param name="Version">Of the rollout.</param>
/// <param name="Rollout">What served then.</param>
/// <param name="Card">Of the champion; none where it was promoted before there were cards.</param>
internal sealed record ChampionShown(int Version, ListedRollout Rollout, ModelCard? Card);

/// <param name="Champion">None where there is none.</param>
/// <param name="Canary">None where there is none.</param>
/// <param name="Shadows">What scores beside.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Step">What led to it.</param>
internal sealed record ListedRollout(string? Champion, ListedCanary? Canary, IReadOnlyList<string> Shadows, DateTimeOffset? Since, RolloutStep? Step)
{
    public static ListedRollout Of(Rollout r) => new(
        r.Model == "none" ? null : r.Model, r.Canary is { } canary ? new(canary.Model, canary.Share, canary.Since) : null, [.. r.InShadow.Select(s => s.Model)], r.At, r.Step);
}

/// <param name="Model">Its name.</param>
/// <param name="Share">How many of a hundred people.</param>
/// <param name="Since">From when on it is compared.</param>
internal sealed record ListedCanary(string Model, double Share, DateTimeOffset Since);

/// <summary>A shadow beside the champion, over the decisions both scored; averages are missing where there were none.</summary>
internal sealed record ShadowReport(string Model, string Champion, long Decisions, long Silent, double? Overlap, double? Correlation, double? ChampionScore, double? Score)
{
    public static ShadowReport Of(string model, string champion, ShadowSums sums)
    {
        return new(model, champion, sums.Count, sums.Silent, Mean(sums.Overlap), Mean(sums.Correlation), Mean(sums.ChampionScore), Mean(sums.ShadowScore));

        double? Mean(double sum) => sums.Count == 0 ? null : Math.Round(sum / sums.Count, 6);
    }
}

/// <summary>A canary beside the champion.</summary>
/// <param name="Harm">Why it will be taken out; none where nothing speaks for it.</param>
internal sealed record CanaryReport(string Model, string Champion, double Share, DateTimeOffset Since, TrialSide OfChampion, TrialSide OfCanary, string? Harm)
{
    public static CanaryReport Of(Rollout now, Verdict verdict)
    {
        var (canary, outcomes, micros) = (now.Canary!, verdict.Outcomes, verdict.Micros);
        return new(canary.Model, now.Model, canary.Share, canary.Since, new(outcomes.ChampionDecisions, outcomes.Champion, micros.Champion), new(outcomes.CanaryDecisions, outcomes.Canary, micros.Canary), verdict.Harm);
    }
}

/// <param name="Decisions">For people known, on this side.</param>
/// <param name="Outcomes">Clicks, items put into the cart and purchases that name one of them, for each.</param>
/// <param name="Micros">Working time of each, in microseconds.</param>
internal sealed record TrialSide(long Decisions, double Outcomes, double Micros);
