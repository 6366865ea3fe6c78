using Personalization.Training.Evaluating;

namespace Personalization.Tests.Training.Evaluating;

public class CalibrationTests
{
    // Each of four people is shown item 0 at 0.9 and item 1 at 0.4; three meet the first, one the second as well.
    private static readonly Split Four = Small.Of(
        4, 3, (0, 2, 1), (1, 2, 1), (2, 2, 1), (3, 2, 1), (3, 0, 1), (3, 1, 1), (0, 0, 11), (1, 0, 11), (2, 0, 11), (0, 1, 11), (3, 2, 11));

    [Fact]
    public void What_scores_promise_is_compared_with_what_came_bin_by_bin()
    {
        var report = Run(true, 2, 0.9f, 0.4f, 0.1f);
        Assert.Equal(2, report.Calibration!.Count);
        Assert.Equal((0.25, 4), (report.Calibration[0].Came, report.Calibration[0].Count));
        Assert.Equal(0.4, report.Calibration[0].Promised, 6);
        Assert.Equal((0.75, 4), (report.Calibration[1].Came, report.Calibration[1].Count));
        Assert.Equal(0.15, report[Metrics.CalibrationError]!.Value!.Value, 6);
    }

    [Fact]
    public void Equal_scores_stay_together()
    {
        var report = Run(true, 8, 0.5f, 0.5f, 0.1f);
        Assert.Equal(8, Assert.Single(report.Calibration!).Count);
        // Four of eight came.
        Assert.Equal(0, report[Metrics.CalibrationError]!.Value!.Value, 6);
    }

    [Fact]
    public void Scores_that_only_order_items_have_no_error_and_the_figure_says_so()
    {
        var figure = Run(false, 2, 0.9f, 0.4f, 0.1f)[Metrics.CalibrationError]!;
        Assert.Null(figure.Value);
        Assert.Contains("order", figure.Why!, StringComparison.Ordinal);
        Assert.Null(Run(false, 2, 0.9f, 0.4f, 0.1f).Calibration);
    }

    [Theory]
    [InlineData(1.1f)]
    [InlineData(-0.1f)]
    public void What_is_no_probability_has_no_error(float score) => Assert.Null(Run(true, 2, score, score, -1)[Metrics.CalibrationError]!.Value);

    private static ContenderReport Run(bool probabilities, int bins, params float[] scores) =>
        Evaluation.Run([new("some", Scored.As("some", scores), probabilities)], Four, Asked.AllItems, null, Small.Options with { Bins = bins }, 1, default).Contenders[0];
}
