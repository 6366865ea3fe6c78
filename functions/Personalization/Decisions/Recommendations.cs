using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Personalization.Catalog;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Decisions;

/// <summary>
/// Answers a request for recommendations: one profile read, everything else from memory. There is always an answer;
/// a profile that cannot be read in time makes it a degraded one.
/// </summary>
public sealed class Recommendations(
    IDocuments documents, Pseudonyms pseudonyms, Catalogue catalogue, PopularityRanking popularity, TimeProvider time,
    DecisionOptions options, Meter meter)
{
    private static readonly Versions Versions = new("1", "none", "none");

    private readonly Counter<long> degraded = meter.CreateCounter<long>("personalization.decisions.degraded", description: "Decisions answered without the person's profile because it could not be read");

    public async ValueTask<Recommendation> Recommend(RecommendationRequest request, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var (profile, readable) = await Read(pseudonyms.Of(request.User, request.Visitor), stop);
        var popular = popularity.Now;
        var (items, fallback) = Recommender.Pick(request, profile, catalogue.Now, popular, now);
        if (!readable) degraded.Add(1);
        return new(
            $"d-{RandomNumberGenerator.GetHexString(32, lowercase: true)}", items, profile is null ? "macro" : "singleton", Versions,
            FreshnessOf(profile, popular, now), readable ? fallback : "profile-unavailable", !readable);
    }

    private async ValueTask<(Profile? Profile, bool Readable)> Read(Subject subject, CancellationToken stop)
    {
        try
        {
            var reading = documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
            var found = reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(options.ProfileDeadline, time, stop);
            if (found.Status == Status.NotFound) return (null, true);
            return found.Ok && Stored.Read(found.Value.Body, Stored.Default.Profile) is { } profile ? (profile, true) : (null, false);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            return (null, false);
        }
    }

    private static Freshness FreshnessOf(Profile? profile, PopularItems popular, DateTimeOffset now) => new(
        profile?.UpdatedAt, profile is null ? null : Math.Round((now - profile.UpdatedAt).TotalSeconds, 3), popular == PopularItems.None ? null : popular.At);
}

/// <param name="ProfileDeadline">How long a decision waits for the profile before it answers without.</param>
public sealed record DecisionOptions(TimeSpan ProfileDeadline)
{
    public static DecisionOptions Read(Settings s) => new(
        s.Time("Decisions:ProfileDeadline", TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "how long a decision waits for the profile before it answers without"));
}
