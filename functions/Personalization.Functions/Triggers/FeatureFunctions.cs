using Personalization.Consent;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Profiles;

namespace Personalization.Functions.Triggers;

/// <summary>What is known of people and items in kind: who answers for it, what for, how long, made from what.</summary>
internal static class FeatureFunctions
{
    public static IEnumerable<Function> All(FeatureRegistry features, EventShapes shapes) =>
    [
        new("ListFeatures", new Trigger.Http("GET", "features", Roles.Staff, _ => new(Answer.Json(200, List(features, shapes), Json.Default.FeaturesListed)))),
    ];

    private static FeaturesListed List(FeatureRegistry features, EventShapes shapes) => new([.. features.All.Select(ListedFeature.Of)], shapes.Report());
}

/// <param name="Features">As they are declared.</param>
/// <param name="Inputs">How the events they are made from are distributed, type by type.</param>
internal sealed record FeaturesListed(IReadOnlyList<ListedFeature> Features, IReadOnlyList<EventShapeReport> Inputs);

internal sealed record ListedFeature(
    int Number, string Name, string About, string Owner, IReadOnlyList<string> Purposes, string Sensitivity, string KeptIn, double FreshnessSeconds, double ExpiryDays,
    int MaxBytes, double UsdPerMillionAMonth, IReadOnlyList<string> Lineage)
{
    public static ListedFeature Of(FeatureDefinition f) => new(
        f.Number, f.Name, f.About, f.Owner, PurposeNames.Of(f.Purposes), f.Sensitivity.ToString().ToLowerInvariant(), f.Kept.ToString().ToLowerInvariant(),
        f.Freshness.TotalSeconds, f.Expiry.TotalDays, f.MaxBytes, Math.Round(f.UsdPerMillion, 4), [.. f.Lineage.Select(t => t.Name())]);
}
