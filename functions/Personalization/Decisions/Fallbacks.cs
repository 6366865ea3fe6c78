using Personalization.Decisions.Arranging;

namespace Personalization.Decisions;

/// <summary>What somebody of whom nothing is known gets.</summary>
internal static class Fallbacks
{
    public static Ranker Of(FallbackPolicy policy) => policy switch
    {
        FallbackPolicy.Trending => Rankers.Trending,
        FallbackPolicy.Given => Rankers.Relevance,
        _ => Rankers.Popular,
    };
}
