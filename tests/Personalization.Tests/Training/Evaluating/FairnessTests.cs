using Personalization.Training.Evaluating;

namespace Personalization.Tests.Training.Evaluating;

public class FairnessTests
{
    // Two people met items 0 and 1 of the first group and 2 of the second; 3 is of no known group.
    private static readonly Split Two = Small.Of(2, 5, (0, 0, 1), (0, 1, 2), (0, 2, 3), (0, 3, 4), (1, 0, 1), (1, 1, 2), (1, 2, 3), (0, 0, 11), (1, 0, 11));

    private static readonly ItemGroups Groups = new("supplier", [0, 0, 1, -1, 1], ["first", "second"]);

    [Fact]
    public void Exposure_is_discounted_by_position_and_compared_with_what_was_met()
    {
        // Listed are 0 and 2: worth 1 and 0.6309. Met are two thirds and one third.
        var report = Run(Groups, 0, 0.9f, 0.1f, 0.8f, 0, 0);
        var first = 1 / (1 + (1 / Math.Log2(3)));
        Assert.Equal((2 / 3.0) - first, report[Metrics.ExposureGap]!.Value!.Value, 12);
        Assert.Equal(first / (2 / 3.0) / ((1 - first) / (1 / 3.0)), report[Metrics.ExposureRatio]!.Value!.Value, 12);
        Assert.Equal(("first", "second"), (report.Groups![0].Name, report.Groups[1].Name));
        Assert.Equal((first, 2 / 3.0, true), (report.Groups[0].Shown, report.Groups[0].Met, report.Groups[0].Counts));
    }

    [Fact]
    public void A_group_that_is_never_shown_has_the_least_there_is()
    {
        var report = Run(Groups, 0, 0.9f, 0.8f, 0.1f, 0, 0);
        Assert.Equal(0, report[Metrics.ExposureRatio]!.Value);
        Assert.Equal(1 / 3.0, report[Metrics.ExposureGap]!.Value!.Value, 12);
    }

    [Fact]
    public void What_is_of_no_known_group_counts_on_neither_side()
    {
        // 3 comes first, and 0 after it is all that counts.
        var report = Run(Groups, 0, 0.8f, 0, 0, 0.9f, 0);
        Assert.Equal(1, report.Groups!.Single(g => g.Name == "first").Shown);
        Assert.Null(Run(Groups with { Of = [-1, -1, -1, -1, -1] }, 0, 1, 1, 1, 1, 1)[Metrics.ExposureGap]!.Value);
    }

    [Fact]
    public void A_small_group_is_shown_but_not_judged()
    {
        var three = new ItemGroups("supplier", [0, 0, 1, 2, 1], ["first", "second", "third"]);
        // The third has one of seven that were met, and is never shown.
        Assert.Equal(0, Run(three, 0.1, 0.9f, 0.1f, 0.8f, 0, 0)[Metrics.ExposureRatio]!.Value);
        var report = Run(three, 0.2, 0.9f, 0.1f, 0.8f, 0, 0);
        Assert.True(report[Metrics.ExposureRatio]!.Value > 0);
        Assert.False(report.Groups!.Single(g => g.Name == "third").Counts);
        Assert.Null(Run(three, 0.5, 0.9f, 0.1f, 0.8f, 0, 0)[Metrics.ExposureRatio]!.Value);
    }

    [Fact]
    public void Of_several_kinds_the_one_that_is_shown_least_fairly_counts_and_all_are_told()
    {
        // By brand 0 and 1 are apart, and of these 0 alone is listed.
        var brands = new ItemGroups("brand", [0, 1, 2, -1, 2], ["one", "other", "third"]);
        float[] scores = [0.9f, 0.1f, 0.8f, 0, 0];
        var (by, brand) = (Run(Groups, 0, scores), Run(brands, 0, scores));
        foreach (var kinds in new ItemGroups[][] { [Groups, brands], [brands, Groups] })
        {
            var both = Run(kinds, 0, scores);
            Assert.True(brand[Metrics.ExposureGap]!.Value > by[Metrics.ExposureGap]!.Value);
            Assert.Equal(brand[Metrics.ExposureGap]!.Value, both[Metrics.ExposureGap]!.Value);
            Assert.Equal(0, both[Metrics.ExposureRatio]!.Value);
            Assert.Equal(by[Metrics.ExposureGap]!.Value, both[Metrics.ExposureGapBy("supplier")]!.Value);
            Assert.Equal(brand[Metrics.ExposureGap]!.Value, both[Metrics.ExposureGapBy("brand")]!.Value);
            Assert.Equal(by.Groups!.Concat(brand.Groups!).ToHashSet(), both.Groups!.ToHashSet());
        }
    }

    [Fact]
    public void A_kind_that_cannot_be_judged_leaves_the_other_to_be()
    {
        var one = new ItemGroups("brand", [0, 0, 0, 0, 0], ["only"]);
        float[] scores = [0.9f, 0.1f, 0.8f, 0, 0];
        var both = Run([one, Groups], 0, scores);
        Assert.Equal(Run(Groups, 0, scores)[Metrics.ExposureGap]!.Value, both[Metrics.ExposureGap]!.Value);
        Assert.Contains("fewer than two", both[Metrics.ExposureGapBy("brand")]!.Why, StringComparison.Ordinal);
        Assert.Contains("fewer than two", Run([one, one with { Kind = "maker" }], 0, scores)[Metrics.ExposureGap]!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_have_to_be_given_for_every_item_and_named()
    {
        Assert.Throws<ArgumentException>(() => Run(Groups with { Of = [0] }, 0, new float[5]));
        Assert.Throws<ArgumentException>(() => Run(Groups with { Names = ["first"] }, 0, new float[5]));
    }

    private static ContenderReport Run(ItemGroups groups, double smallest, params float[] scores) => Run([groups], smallest, scores);

    private static ContenderReport Run(ItemGroups[] groups, double smallest, params float[] scores) =>
        Evaluation.Run([Contender.Of(Scored.As("some", scores))], Two, Asked.AllItems, groups, Small.Options with { SmallestGroup = smallest }, 1, default).Contenders[0];
}
