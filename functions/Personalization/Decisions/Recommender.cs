using Personalization.Catalog;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Decisions;

/// <summary>
/// Scores items for one person: the share their category has in what the person is drawn to, how well they go with the
/// items asked about, plus popularity as a tie-break. Whoever shows no affinity gets what is popular, then anything the
/// catalogue has: never nothing.
/// </summary>
public static class Recommender
{
    private const double PopularityWeight = 0.25;
    private const double CompanionWeight = 1;
    private const double SeenDiscount = 0.5;

    /// <summary>Most categories a profile or a request speaks for.</summary>
    private const int MaxShares = 64;

    /// <param name="request">What is asked for.</param>
    /// <param name="profile">Whom for; null for someone unknown.</param>
    /// <param name="catalogue">What there is.</param>
    /// <param name="popular">What is popular.</param>
    /// <param name="companions">What goes with an item.</param>
    /// <param name="at">Now.</param>
    public static (IReadOnlyList<RecommendedItem> Items, string? Fallback) Pick(
        RecommendationRequest request, Profile? profile, CatalogueSnapshot catalogue, PopularItems popular,
        Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions, DateTimeOffset at)
    {
        var now = (uint)at.ToUnixTimeSeconds();
        var shares = request.ForYou ? Affinities(profile, now) : Categories(request.Items!, catalogue);
        var together = request.ForYou ? [] : CompanionScores.Of(request, companions);
        var hidden = new HashSet<string>((request.Exclude ?? []).Concat(request.Items ?? []), StringComparer.Ordinal);
        var scored = catalogue.All.Where(i => i.Item.CanBeShown && !hidden.Contains(i.Item.Id))
            .Select(i => new Scored(i, shares.GetValueOrDefault(i.Category), together.GetValueOrDefault(i.Key.Value), popular.ScoreOf(i.Key), profile?.Recent.Contains(i.Key, now) ?? false))
            .OrderByDescending(s => s.Score).ThenBy(s => s.Item.Item.Id, StringComparer.Ordinal).Take(request.Wanted).Select(s => s.Recommended(request)).ToList();
        return (scored, Fallback(profile, shares.Count + together.Count > 0, scored));
    }

    private static Dictionary<Term, double> Affinities(Profile? profile, uint now)
    {
        Span<TermShare> shares = stackalloc TermShare[MaxShares];
        var all = new Dictionary<Term, double>();
        foreach (var share in shares[..(profile?.Categories.Shares(now, shares) ?? 0)]) all[share.Term] = share.Share;
        return all;
    }

    private static Dictionary<Term, double> Categories(IReadOnlyList<string> items, CatalogueSnapshot catalogue)
    {
        var categories = items.Select(catalogue.Find).OfType<DescribedItem>().Select(i => i.Category).ToList();
        return categories.GroupBy(c => c).ToDictionary(g => g.Key, g => (double)g.Count() / categories.Count);
    }

    private static string? Fallback(Profile? profile, bool drawn, List<RecommendedItem> scored) => scored switch
    {
        [] => "empty-catalogue",
        _ when drawn => null,
        _ when profile is null => "unknown-person",
        _ => "no-affinity",
    };

    private readonly record struct Scored(DescribedItem Item, double Affinity, double Together, double Popularity, bool Seen)
    {
        public double Score { get; } = Math.Round((Affinity + (CompanionWeight * Together) + (PopularityWeight * Popularity)) * (Seen ? SeenDiscount : 1), 6);

        public RecommendedItem Recommended(RecommendationRequest request)
        {
            var reasons = new List<string>(3);
            if (Together > 0) reasons.Add(CompanionScores.Reason(request));
            if (Affinity > 0) reasons.Add($"affinity:{Item.Item.Category}");
            if (reasons.Count == 0) reasons.Add(Popularity > 0 ? "popular" : "catalogue");
            if (Seen) reasons.Add("seen-before");
            return new(Item.Item.Id, Score, reasons);
        }
    }
}
