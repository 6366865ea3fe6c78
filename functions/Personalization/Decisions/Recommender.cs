using Personalization.Catalog;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Decisions;

/// <summary>
/// Scores items for one person: the share their category has in what the person is drawn to, plus popularity as a
/// tie-break. Whoever shows no affinity gets what is popular, then anything the catalogue has: never nothing.
/// </summary>
public static class Recommender
{
    private const double PopularityWeight = 0.25;
    private const double SeenDiscount = 0.5;

    public static (IReadOnlyList<RecommendedItem> Items, string? Fallback) Pick(
        RecommendationRequest request, Profile? profile, CatalogueSnapshot catalogue, PopularItems popular, DateTimeOffset now)
    {
        var shares = Interests(request, profile, catalogue, now);
        var hidden = new HashSet<string>((request.Exclude ?? []).Concat(request.Items ?? []), StringComparer.Ordinal);
        var seen = profile?.Recent.Select(r => r.Item).ToHashSet(StringComparer.Ordinal) ?? [];
        var scored = catalogue.Items.Values.Where(i => i.CanBeShown && !hidden.Contains(i.Id))
            .Select(i => Score(i, shares.GetValueOrDefault(i.Category), popular.ScoreOf(i.Id), seen.Contains(i.Id)))
            .OrderByDescending(i => i.Score).ThenBy(i => i.Id, StringComparer.Ordinal).Take(request.Wanted).ToList();
        return (scored, Fallback(profile, shares, scored));
    }

    private static IReadOnlyDictionary<string, double> Interests(
        RecommendationRequest request, Profile? profile, CatalogueSnapshot catalogue, DateTimeOffset now)
    {
        if (request.ForYou) return CategoryAffinity.Shares(profile?.Categories ?? new Dictionary<string, Decayed>(), now);
        var categories = request.Items!.Select(catalogue.CategoryOf).OfType<string>().ToList();
        return categories.GroupBy(c => c, StringComparer.Ordinal).ToDictionary(g => g.Key, g => (double)g.Count() / categories.Count, StringComparer.Ordinal);
    }

    private static RecommendedItem Score(Item item, double affinity, double popularity, bool seen)
    {
        var score = (affinity + (PopularityWeight * popularity)) * (seen ? SeenDiscount : 1);
        string[] reasons = affinity > 0 ? [$"affinity:{item.Category}"] : popularity > 0 ? ["popular"] : ["catalogue"];
        return new(item.Id, Math.Round(score, 6), seen ? [.. reasons, "seen-before"] : reasons);
    }

    private static string? Fallback(Profile? profile, IReadOnlyDictionary<string, double> shares, List<RecommendedItem> scored) => scored switch
    {
        [] => "empty-catalogue",
        _ when shares.Count > 0 => null,
        _ when profile is null => "unknown-person",
        _ => "no-affinity",
    };
}
