using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Evaluating;

public class EvaluationTests
{
    // Item 0 is met by three, 1 by two, 2 and 3 by one each. Afterwards person 0 meets 2 and 0 again, person 1 meets 3.
    private static readonly Split Three = Small.Of(3, 4, (0, 0, 1), (0, 1, 2), (1, 0, 3), (1, 1, 4), (2, 0, 5), (2, 2, 6), (2, 3, 7), (0, 2, 11), (0, 0, 12), (1, 3, 13));

    private static readonly Contender Order = Contender.Of(Scored.As("order", 0.9f, 0.8f, 0.7f, 0.2f));

    [Fact]
    public void Only_what_is_new_is_listed_where_new_items_are_asked_for()
    {
        // Both are listed 2, 3: person 0 has it at 1, person 1 at 2.
        var report = Small.Run(Three, Asked.NewItems, Order).Contenders[0];
        Assert.Equal(0.5, report["recall@1"]!.Value);
        Assert.Equal(1, report["recall@2"]!.Value);
        Assert.Equal((1 + (1 / Math.Log2(3))) / 2, report["ndcg@2"]!.Value!.Value, 12);
        Assert.Equal(0.75, report["map@2"]!.Value);
        Assert.Equal(0.5, report["hitRate@1"]!.Value);
    }

    [Fact]
    public void What_was_met_may_be_listed_where_all_items_are_asked_for()
    {
        // Both are listed 0, 1: person 0 has one of two at 1, person 1 nothing.
        var report = Small.Run(Three, Asked.AllItems, Order);
        Assert.Equal(0.25, report.Contenders[0]["recall@2"]!.Value);
        Assert.Equal((2, 3, 3, 4, 7), (report.Tested, report.Wanted, report.People, report.Items, report.Pairs));
    }

    [Fact]
    public void What_is_shown_says_how_new_and_how_popular_it_is()
    {
        var report = Small.Run(Three, Asked.AllItems, Order).Contenders[0];
        Assert.Equal(0.5, report[Metrics.Coverage]!.Value);
        // 0 is met by all three, 1 by two of them.
        Assert.Equal((0 + Math.Log2(1.5)) / 2, report[Metrics.Novelty]!.Value!.Value, 12);
        // Of four items 2 and 3 share the lower half, then 1, then 0: 0.25, 0.25, 0.625, 0.875.
        Assert.Equal(0.75, report[Metrics.Popularity]!.Value);
        Assert.Equal(0, report[Metrics.PopularityBias]!.Value);
        Assert.Equal(0.25 - 0.75, Small.Run(Three, Asked.NewItems, Order).Contenders[0][Metrics.PopularityBias]!.Value);
    }

    [Fact]
    public void A_score_that_is_no_number_is_not_listed_and_said()
    {
        var report = Small.Run(Three, Asked.NewItems, Contender.Of(Scored.As("broken", 1, 1, float.NaN, float.PositiveInfinity))).Contenders[0];
        Assert.Equal(2, report.NoNumbers);
        Assert.Equal(0, report["recall@2"]!.Value);
        Assert.Null(report[Metrics.Novelty]!.Value);
        Assert.NotNull(report[Metrics.Novelty]!.Why);
        Assert.Equal(0, Small.Run(Three, Asked.NewItems, Order).Contenders[0].NoNumbers);
    }

    [Fact]
    public void A_model_that_leaves_scores_out_gets_no_others()
    {
        var report = Small.Run(Three, Asked.NewItems, Contender.Of(new Silent())).Contenders[0];
        Assert.Equal((2, 0.0), (report.NoNumbers, report["recall@2"]!.Value));
    }

    [Fact]
    public void A_metric_that_does_not_exist_is_no_figure() => Assert.Null(Small.Run(Three, Asked.NewItems, Order).Contenders[0]["recall@3"]);

    [Fact]
    public void Differences_are_paired_and_only_the_first_is_compared()
    {
        // The other finds nobody's at 1: each person's difference is what the first has.
        var report = Small.Run(Three, Asked.NewItems, Order, Contender.Of(Scored.As("same", 0.9f, 0.8f, 0.7f, 0.2f)), Contender.Of(Scored.As("none", 1, 1, float.NaN, float.NaN)));
        var (same, none) = (report.Contenders[0].Against[0], report.Contenders[0].Against[1]);
        Assert.Equal(("same", "none"), (same.To, none.To));
        Assert.Equal((0.0, 0.0, 0.0), (same["recall@1"]!.Value, same["recall@1"]!.Low, same["recall@1"]!.High));
        Assert.Equal((0.5, 0.0, 1.0), (none["recall@1"]!.Value, none["recall@1"]!.Low, none["recall@1"]!.High));
        Assert.Null(none[Metrics.Novelty]!.Value);
        Assert.NotNull(none[Metrics.Novelty]!.Why);
        Assert.Empty(report.Contenders[1].Against);
    }

    [Fact]
    public void Of_too_many_people_so_many_are_asked_for()
    {
        var report = Evaluation.Run([Order with { Model = Scored.As("one", new float[60]) }], Small.Shop(300, 60, 1), Asked.NewItems, null, Small.Options with { MostPeople = 10 }, 1, default);
        Assert.Equal((10, 300), (report.Tested, report.People));
    }

    [Fact]
    public void Every_interval_holds_its_figure_and_every_figure_is_there_or_says_why()
    {
        var split = Small.Shop(200, 40, 3);
        var groups = new ItemGroups("category", [.. Enumerable.Range(0, 40).Select(i => i % 4)], ["a", "b", "c", "d"]);
        var report = Evaluation.Run(
            [new("chance", Scored.As("chance", [.. Enumerable.Range(0, 40).Select(i => i * 23 % 40 / 200f)]), true), Contender.Of(Counted.Learn(split.Train))],
            split, Asked.NewItems, [groups], EvaluationOptions.Default with { Resamples = 300 }, 5, default);
        Assert.All(report.Contenders.SelectMany(c => c.Figures).Concat(report.Contenders[0].Against[0].Differences), f =>
        {
            if (f.Value is null) Assert.NotNull(f.Why);
            else Assert.True(f.Low <= f.Value && f.Value <= f.High, f.ToString());
        });
        Assert.All(report.Contenders[0].Figures, f => Assert.True(f.Value is not null, f.ToString()));
    }

    [Fact]
    public void Contenders_are_told_apart_by_name()
    {
        Assert.Throws<ArgumentException>(() => Small.Run(Three, Asked.NewItems, Order, Order));
        Assert.Throws<ArgumentException>(() => Small.Run(Three, Asked.NewItems));
    }

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        var good = Small.Options;
        EvaluationOptions[] bad =
        [
            good with { Cuts = [] }, good with { Cuts = [0, 1] }, good with { Cuts = [2, 2] }, good with { Shown = 0 }, good with { MostPeople = 0 },
            good with { Bins = 0 }, good with { Threads = 0 }, good with { Resamples = 99 }, good with { SmallestGroup = 1 }, good with { SmallestGroup = double.NaN },
        ];
        Assert.All(bad, b => Assert.Throws<ArgumentException>(() => Evaluation.Run([Order], Three, Asked.NewItems, null, b, 1, default)));
    }

    [Fact]
    public void It_stops_when_told() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Evaluation.Run([Order], Three, Asked.NewItems, null, Small.Options, 1, new CancellationToken(true)));

    private sealed class Silent : IRecommender
    {
        public string Name => "silent";

        public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores) => scores[..2].Fill(1);
    }
}
