using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;

namespace Personalization.Tests.Training.Ordering;

/// <summary>Only whole sets of weights come into force.</summary>
public sealed class LearnedRankersTests
{
    [Fact]
    public void An_engine_orders_by_what_was_learned_for_it_and_others_by_their_standard()
    {
        var set = new RankerSet { Rankers = [Learned("search", ("brand", 2), ("popular", -1))] };
        var compiled = LearnedRankers.Artefact.Compile(1, set.Body())!;
        Assert.Equal((2f, -1f), (compiled.For(DecisionEngine.Search).Weights(false)[(int)Column.Brand], compiled.For(DecisionEngine.Search).Weights(false)[(int)Column.Popular]));
        Assert.Same(Rankers.Personal, compiled.For(DecisionEngine.Homepage));
        Assert.Same(Rankers.Search, LearnedRankers.None.For(DecisionEngine.Search));
    }

    [Fact]
    public void What_is_not_whole_is_broken_and_does_not_serve()
    {
        var good = Learned("search", ("brand", 2));
        RankerSet[] broken =
        [
            new() { Rankers = null }, new() { Rankers = [good with { Name = "search-1" }] }, new() { Rankers = [good with { Weights = null! }] }, new() { Rankers = [good, good] },
            new() { Rankers = [good with { Weights = new Dictionary<string, float> { ["colour"] = 1 } }] }, new() { Rankers = [good with { WhenBuying = new Dictionary<string, float> { ["brand"] = 1e30f } }] },
            new() { Rankers = [good with { Name = "learned-" + new string('x', 60) }] },
        ];
        Assert.All(broken, b => Assert.Null(RankerSet.Read(b.Body())));
        Assert.NotNull(RankerSet.Read(new RankerSet { Rankers = [good] }.Body()));
    }

    [Fact]
    public void A_learned_ranker_is_never_taken_for_one_of_ours()
    {
        Assert.True(LearnedRanker.IsName(LearnedRanker.NameAt(DateTimeOffset.UnixEpoch)));
        Assert.DoesNotContain(Rankers.Names, LearnedRanker.IsName);
    }

    internal static LearnedRanker Learned(string engine, params (string Column, float Weight)[] weights)
    {
        var row = weights.ToDictionary(StringComparer.Ordinal);
        return new(engine, LearnedRanker.NameAt(DateTimeOffset.UnixEpoch), row, row, new(500, 60, 0.1, 0.05, 0.15));
    }
}
