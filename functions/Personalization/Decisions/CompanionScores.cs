using Personalization.Catalog;
using Personalization.Popularity;

namespace Personalization.Decisions;

/// <summary>How well items go with those a request is about: what is bought together for a basket, what is viewed together otherwise.</summary>
internal static class CompanionScores
{
    /// <summary>Items of a request that are asked about; the rest of a long list changes little.</summary>
    private const int MaxItems = 20;

    /// <summary>Scores by item key: 1 for what goes best with every item asked about.</summary>
    public static Dictionary<ulong, double> Of(RecommendationRequest request, Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions)
    {
        var asked = request.Items!.Take(MaxItems).ToList();
        var scores = new Dictionary<ulong, double>();
        foreach (var companion in asked.Where(i => i.Length <= ItemCheck.MaxId).SelectMany(i => companions(ItemKey.Of(i), KindOf(request))))
            scores[companion.Item] = scores.GetValueOrDefault(companion.Item) + ((double)companion.Score / asked.Count);
        return scores;
    }

    public static string Reason(RecommendationRequest request) => KindOf(request) == PairKind.Bought ? "also-bought" : "also-viewed";

    private static PairKind KindOf(RecommendationRequest request) => request.Kind is "also-bought" or "basket" ? PairKind.Bought : PairKind.Viewed;
}
