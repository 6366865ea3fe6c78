namespace Personalization.Decisions;

/// <summary>The answer to a frontend: what to show, why, and from how fresh a picture.</summary>
public sealed record Recommendation(
    string Decision, IReadOnlyList<RecommendedItem> Items, string Tier, Versions Versions, Freshness Freshness,
    string? FallbackReason, bool Degraded);

public sealed record RecommendedItem(string Id, double Score, IReadOnlyList<string> Reasons);

/// <summary>Which artefacts had a say.</summary>
public sealed record Versions(string FeatureSet, string Model, string Rules);

/// <param name="ProfileAt">The newest event in the profile; null for an unknown person.</param>
/// <param name="ProfileAgeSeconds">How long ago that was.</param>
/// <param name="PopularityAt">When popularity was last ranked.</param>
public sealed record Freshness(DateTimeOffset? ProfileAt, double? ProfileAgeSeconds, DateTimeOffset? PopularityAt);
