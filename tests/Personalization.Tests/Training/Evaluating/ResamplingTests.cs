using Personalization.Training.Evaluating;

namespace Personalization.Tests.Training.Evaluating;

public class ResamplingTests
{
    private static readonly ParallelOptions How = new() { MaxDegreeOfParallelism = 2 };

    /// <summary>
    /// An interval of 95% over 100 people misses a little more often than 5%, by less than 1.5% for values like these. Of 1000
    /// samples it holds the truth in 0.935 to 0.95 of them, with a standard deviation of at most sqrt(0.935 * 0.065 / 1000) = 0.0078:
    /// five of these to each side are left by chance once in 1.7 million runs.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_thousand_intervals_as_many_hold_the_truth_as_they_say(bool paired)
    {
        var chance = new Random(11);
        var held = 0;
        for (var sample = 0; sample < 1000; sample++)
        {
            var one = Values(100, () => chance.NextDouble());
            // Alike but for a part of their own, so that only pairing makes the interval this narrow.
            var other = Values(100, i => one[i] + 0.1 + (0.2 * (chance.NextDouble() - 0.5)));
            var resampling = Resampling.Run([Measure.Mean("one", one), Measure.Mean("other", other)], 100, 400, (ulong)sample, How);
            var (low, high) = (paired ? resampling.Interval(1, 0) : resampling.Interval(0))!.Value;
            var truth = paired ? 0.1 : 0.5;
            held += low <= truth && truth <= high ? 1 : 0;
        }

        Assert.InRange(held / 1000.0, 0.935 - (5 * 0.0078), 0.95 + (5 * 0.0078));
    }

    [Fact]
    public void An_interval_is_as_wide_as_the_standard_error_says()
    {
        var chance = new Random(3);
        var values = Values(2000, () => chance.NextDouble());
        var interval = Resampling.Run([Measure.Mean("one", values)], 2000, 4000, 1, How).Interval(0)!.Value;
        var error = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / 2000 / 2000);
        // A percentile of 4000 draws is off by about sqrt(0.025 * 0.975 / 4000) / 0.0584 = 0.042 errors; six of them to each side.
        Assert.InRange((values.Average() - interval.Low) / error, 1.96 - 0.26, 1.96 + 0.26);
        Assert.InRange((interval.High - values.Average()) / error, 1.96 - 0.26, 1.96 + 0.26);
    }

    [Fact]
    public void Coverage_has_an_interval_about_its_figure_as_wide_as_leaving_one_out_says()
    {
        // Everybody is shown one item of their own and one that all are shown: shares of the jackknife are all alike.
        var split = Small.Of(40, 41, [.. Enumerable.Range(0, 40).SelectMany(p => new[] { (p, p, 1), (p, 40, 2), (p, p, 11) })]);
        var own = new Contender("own", new Scored("own", (met, item) => met.Contains(item) ? 1 : 0));
        var mixed = new Contender("mixed", new Scored("mixed", (met, item) => item == 40 ? 2 : met.Contains(item) && item % 2 == 0 ? 1 : float.NaN));
        var report = Small.Run(split, Asked.AllItems, own, mixed);
        Assert.Equal((1.0, 1.0, 1.0), Of(report.Contenders[0][Metrics.Coverage]!));
        var (value, low, high) = Of(report.Contenders[1][Metrics.Coverage]!);
        Assert.Equal(21 / 41.0, value);
        // Of 40 drawn, those with an item of their own: binomial with a standard deviation of sqrt(10), of 41 items.
        Assert.InRange(value - low, 1.2 * Math.Sqrt(10) / 41, 2.8 * Math.Sqrt(10) / 41);
        Assert.InRange(high - value, 1.2 * Math.Sqrt(10) / 41, 2.8 * Math.Sqrt(10) / 41);
    }

    [Fact]
    public void Who_has_no_value_counts_in_no_mean()
    {
        var measure = Measure.MeanOfSome("some", [1, double.NaN, 4], "none");
        var figures = new double[1];
        measure.Of([1, 1, 1], figures);
        Assert.Equal(2.5, figures[0]);
        measure.Of([2, 1, 0], figures);
        Assert.Equal(1, figures[0]);
        Assert.Equal("none", Measure.MeanOfSome("some", [double.NaN], "none").Why);
    }

    [Fact]
    public void Everybody_is_drawn_as_often_as_anybody()
    {
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++) counts[Resampling.Below(7, 5, i)]++;
        // Each 10,000 with a standard deviation of 93: six of these.
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 558, 10_000 + 558));
    }

    private static (double, double, double) Of(Figure f) => (f.Value!.Value, f.Low!.Value, f.High!.Value);

    private static double[] Values(int many, Func<double> value) => Values(many, _ => value());

    private static double[] Values(int many, Func<int, double> value) => [.. Enumerable.Range(0, many).Select(value)];
}
