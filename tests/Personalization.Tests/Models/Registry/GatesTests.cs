using Personalization.Models.Registry;

namespace Personalization.Tests.Models.Registry;

/// <summary>A model is promoted on evidence, and where there is none, or it speaks against it, the refusal says why.</summary>
public sealed class GatesTests
{
    private static readonly GateOptions Options = GateOptions.Read(new([]));
    private static readonly ModelCard Champion = Cards.Card("champ", Cards.Good());

    [Fact]
    public void One_that_is_as_good_passes_and_so_does_one_within_the_tolerance()
    {
        Assert.Empty(Judge(Cards.Metrics()));
        Assert.Empty(Judge(Cards.Metrics(0.0991)));
        Assert.Empty(Judge(Cards.Metrics(0.2)));
    }

    [Fact]
    public void A_worse_one_is_refused_and_told_by_how_much()
    {
        var refusal = Assert.Single(Judge(Cards.Metrics(0.0985)));
        Assert.Equal(("ndcg@10", "is 0.0985, 0.0015 below the champion's 0.1 (champ); at most 0.001 is allowed"), (refusal.Gate, refusal.Reason));
        Assert.Equal("recall@20", Assert.Single(Judge(Cards.Metrics().With("recall@20", 0.1))).Gate);
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity), InlineData(null)]
    public void One_with_a_metric_that_is_no_number_is_refused(double? value)
    {
        foreach (var metric in Cards.Metrics())
        {
            var refusal = Assert.Single(Judge(Cards.Metrics().With(metric.Name, value, "nobody was left to measure")));
            Assert.Equal((metric.Name, "has no value (nobody was left to measure)"), (refusal.Gate, refusal.Reason));
        }
    }

    [Fact]
    public void One_that_was_not_evaluated_or_not_by_every_declared_metric_is_refused()
    {
        Assert.Equal("evaluation", Assert.Single(Judge()).Gate);
        foreach (var metric in Cards.Metrics())
        {
            var refusal = Assert.Single(Judge(Cards.Metrics().Without(metric.Name)));
            Assert.Equal(metric.Name, refusal.Gate);
            Assert.StartsWith("was not measured", refusal.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fairness-gap", 0.31, "is 0.31, 0.01 above the most that is allowed, 0.3"), InlineData("fairness-gap", -0.31, "is -0.31, 0.01 above the most that is allowed, 0.3")]
    [InlineData("calibration", 0.15, "is 0.15, 0.05 above the most that is allowed, 0.1"), InlineData("coverage", 0.005, "is 0.005, 0.005 below the least that is allowed, 0.01")]
    public void An_unfair_one_a_badly_calibrated_one_and_one_that_shows_always_the_same_are_refused(string gate, double value, string reason)
    {
        var refusal = Assert.Single(Judge(Cards.Metrics().With(gate, value)));
        Assert.Equal((gate, reason), (refusal.Gate, refusal.Reason));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(["ndcg@10", "recall@20", "fairness-gap"], Judge(Cards.Metrics(0.01).Without("recall@20").With("fairness-gap", 0.9)).Select(r => r.Gate));

    [Fact]
    public void Without_a_champion_or_without_its_metric_a_floor_holds()
    {
        Assert.Empty(Gates.Judge(Cards.Card("m", Cards.Good(0.001)), null, Options));
        Assert.Equal("ndcg@10", Assert.Single(Gates.Judge(Cards.Card("m", Cards.Good(0.0009)), null, Options)).Gate);
        Assert.Equal("ndcg@10", Assert.Single(Gates.Judge(Cards.Card("m", Cards.Good(0.0009)), Cards.Card("old", Cards.Facts()), Options)).Gate);
        Assert.Empty(Gates.Judge(Cards.Card("m", Cards.Good(0.001)), Cards.Card("old", Cards.Facts(Cards.Metrics().With("ndcg@10", double.NaN))), Options));
    }

    [Fact]
    public void The_champion_counts_as_it_was_measured_beside_the_candidate()
    {
        var facts = Cards.Good(0.08) with { Against = new("champ", Cards.Metrics(0.079)) };
        Assert.Empty(Gates.Judge(Cards.Card("m", facts), Champion, Options));
        // Not another one that was champion then.
        Assert.Single(Gates.Judge(Cards.Card("m", facts with { Against = new("other", Cards.Metrics(0.079)) }), Champion, Options));
    }

    [Fact]
    public void A_private_model_is_not_compared_with_one_that_is_not_and_still_has_to_reach_the_floors()
    {
        Assert.Empty(Gates.Judge(Cards.Card("m", Private(0.002)), Champion, Options));
        Assert.Equal("ndcg@10", Assert.Single(Gates.Judge(Cards.Card("m", Private(0.0009)), Champion, Options)).Gate);
        Assert.Single(Gates.Judge(Cards.Card("m", Cards.Good(0.002)), Cards.Card("old", Private(0.1)), Options));
    }

    [Theory]
    [InlineData(0.0892, 0)]
    [InlineData(0.089, 1)]
    public void Beside_a_private_champion_the_lower_end_of_what_that_was_worth_counts(double ndcg, int refusals) =>
        // 0.09, and a hundredth of it.
        Assert.Equal(refusals, Gates.Judge(Cards.Card("m", Private(ndcg)), Cards.Card("old", Private(0.1)), Options).Count);

    private static ModelFacts Private(double ndcg) => Cards.Good(ndcg) with { Epsilon = 2, Delta = 1e-6 };

    [Fact]
    public void Settings_that_name_no_metric_stop_the_start()
    {
        var settings = new Settings([new("Models__GateMetrics", " , ")]);
        GateOptions.Read(settings);
        Assert.Contains(settings.Faults(), f => f.StartsWith("Models__GateMetrics", StringComparison.Ordinal));
    }

    private static IReadOnlyList<Refusal> Judge(params CardMetric[] metrics) => Gates.Judge(Cards.Card("m", Cards.Facts(metrics)), Champion, Options);
}
