using System.Text.Json;
using Personalization.Training.Evaluating;

namespace Personalization.Tests.Training.Evaluating;

/// <summary>What cannot be computed is absent and says why: never 0, and never what is no number.</summary>
public class LittleDataTests
{
    private static readonly ItemGroups One = new("category", [0], ["only"]);

    [Theory]
    [InlineData(Asked.NewItems)]
    [InlineData(Asked.AllItems)]
    public void Nobody(Asked asked)
    {
        var report = Run(Small.Of(0, 0), asked, null);
        Assert.Equal((0, 0, 0), (report.People, report.Items, report.Tested));
        Assert.All(report.Contenders[0].Figures, f => Assert.True(f is { Value: null, Low: null, High: null, Why: not null }, f.ToString()));
    }

    [Fact]
    public void Nobody_who_came_back() =>
        Assert.All(
            Run(Small.Of(2, 1, (0, 0, 1), (1, 0, 2)), Asked.AllItems, One).Contenders[0].Figures,
            f => Assert.True(f is { Value: null, Why: not null }, f.ToString()));

    [Fact]
    public void One_person_has_figures_without_intervals()
    {
        var report = Run(Small.Of(1, 1, (0, 0, 1), (0, 0, 11)), Asked.AllItems, One);
        Assert.Equal(1, report.Contenders[0]["recall@1"]!.Value);
        Assert.All(report.Contenders[0].Figures, f => Assert.True(f is { Low: null, High: null, Why: not null }, f.ToString()));
    }

    [Fact]
    public void One_item_that_everybody_met_leaves_no_new_ones()
    {
        var report = Run(Small.Of(3, 1, (0, 0, 1), (1, 0, 2), (0, 0, 11), (1, 0, 12)), Asked.AllItems, One);
        Assert.Equal((1.0, 1.0, 1.0), (report.Contenders[0]["recall@1"]!.Value, report.Contenders[0]["recall@1"]!.Low, report.Contenders[0]["recall@1"]!.High));
        Assert.Equal(0, report.Contenders[0][Metrics.Novelty]!.Value);
        Assert.Null(report.Contenders[0][Metrics.ExposureRatio]!.Value);
        Assert.Equal(0, Run(Small.Of(3, 1, (0, 0, 1), (0, 0, 11)), Asked.NewItems, One).Tested);
    }

    private static EvaluationReport Run(Split split, Asked asked, ItemGroups? groups)
    {
        var report = Evaluation.Run([new("a", Scored.As("a", 0.5f), true), new("b", Scored.As("b", 0.5f))], split, asked, groups is null ? null : [groups], Small.Options, 1, default);
        // Would throw for a number that is none.
        var kept = JsonSerializer.SerializeToUtf8Bytes(report, Stored.Default.EvaluationReport);
        Assert.Equal(kept, JsonSerializer.SerializeToUtf8Bytes(Stored.Read(kept, Stored.Default.EvaluationReport)!, Stored.Default.EvaluationReport));
        return report;
    }
}
