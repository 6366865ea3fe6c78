using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Events;
using Personalization.Tests.Training.Ordering;

namespace Personalization.Tests.Decisions.Arranging;

/// <summary>'learned' is what was learned for the engine that is asked, whether settings say so or a variant does.</summary>
public sealed class LearnedOrderTests
{
    private static readonly LearnedRankers Learned = LearnedRankers.Artefact.Compile(1, new RankerSet { Rankers = [.. Enum.GetValues<DecisionEngine>().Select(e => LearnedRankersTests.Learned(DecisionNames.Of(e), ("brand", (int)e)))] }.Body())!;

    [Theory]
    [InlineData(DecisionEngine.Homepage, """{"slots":[{"name":"hero"},{"name":"category:footwear"}]}""")]
    [InlineData(DecisionEngine.Search, """{"query":"boots","candidates":[{"id":"boot"},{"id":"scarf"}]}""")]
    [InlineData(DecisionEngine.Recommendations, """{"count":3}""")]
    public void By_settings_or_by_variant_it_is_that_of_the_engine(DecisionEngine engine, string body)
    {
        foreach (var (configured, variant) in new[] { (Rankers.Learned, (Ranker?)null), (Rankers.Trending, Rankers.Learned) })
        {
            Assert.All(By(configured, variant, Learned), r => Assert.Same(Learned.For(engine), r));
            Assert.All(By(configured, variant, LearnedRankers.None), r => Assert.Same(Rankers.Standard(engine), r));
        }

        Assert.All(By(Rankers.Learned, Rankers.Recent, Learned), r => Assert.Same(Rankers.Recent, r));

        IEnumerable<Ranker> By(Ranker configured, Ranker? variant, LearnedRankers learned) =>
            new Made { Profile = Made.Met(EventType.View, "boot", "scarf"), Ranker = variant, Learned = learned }.By(Of(engine, Made.Options(configured)), body).Slots.ToArray().Select(s => s.Ranker);
    }

    private static IDecisionEngine Of(DecisionEngine engine, EngineOptions options) => engine switch
    {
        DecisionEngine.Homepage => new HomepageEngine(Made.NoCompanions, options),
        DecisionEngine.Search => new SearchEngine(options),
        _ => new RecommendationEngine(Made.NoCompanions, options),
    };
}
