using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Personalization.Catalog;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Decisions;

/// <summary>
/// Answers a request for recommendations: one profile read, everything else from memory. There is always an answer;
/// a profile that cannot be read in time makes it a degraded one.
/// </summary>
public sealed class Recommendations(
    ProfileLookup profiles, Catalogue catalogue, PopularityRanking popularity, CompanionReader companions,
    TimeProvider time, Meter meter)
{
    private static readonly Versions Versions = new("1", "none", "none");

    private readonly Counter<long> degraded = meter.CreateCounter<long>("personalization.decisions.degraded", description: "Decisions answered without the person's profile because it could not be read");

    public async ValueTask<Recommendation> Recommend(RecommendationRequest request, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var found = await profiles.Find(request.User, request.Visitor, stop);
        try { return Answer(request, found, now); }
        finally { profiles.Return(found.Profile); }
    }

    private Recommendation Answer(RecommendationRequest request, FoundProfile found, DateTimeOffset now)
    {
        var profile = found.Profile;
        var popular = popularity.Now;
        var (items, fallback) = Recommender.Pick(request, profile, catalogue.Now, popular, companions.Of, now);
        if (found.Degraded) degraded.Add(1);
        return new(
            $"d-{RandomNumberGenerator.GetHexString(32, lowercase: true)}", items, profile is null ? "macro" : "singleton", Versions,
            FreshnessOf(profile, popular, now), found.Reason ?? fallback, found.Degraded);
    }

    private static Freshness FreshnessOf(Profile? profile, PopularItems popular, DateTimeOffset now)
    {
        DateTimeOffset? at = profile is { UpdatedAt: > 0 } ? DateTimeOffset.FromUnixTimeMilliseconds(profile.UpdatedAt) : null;
        return new(at, at is null ? null : Math.Round((now - at.Value).TotalSeconds, 3), popular == PopularItems.None ? null : popular.At);
    }
}

/// <param name="ProfileDeadline">How long a decision waits for the profile before it answers without.</param>
public sealed record DecisionOptions(TimeSpan ProfileDeadline)
{
    public static DecisionOptions Read(Settings s) => new(
        s.Time("Decisions:ProfileDeadline", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "how long a decision waits for the profile before it answers without"));
}
