using Personalization.Models.Shadowing;

namespace Personalization.Tests.Models.Shadowing;

/// <summary>How alike two orders are, against what can be worked out by hand.</summary>
public sealed class LikenessTests
{
    [Fact]
    public void The_same_order_is_wholly_alike_and_the_reverse_wholly_opposed()
    {
        float[] up = [.. Enumerable.Range(0, 20).Select(n => n * 0.01f)], down = [.. up.Reverse()];
        Assert.Equal((1, 1), (Likeness.Overlap(up, up), Likeness.Correlation(up, up)));
        Assert.Equal((0, -1), (Likeness.Overlap(up, down), Math.Round(Likeness.Correlation(up, down), 12)));
    }

    [Fact]
    public void Ten_of_fifteen_the_other_way_round_share_five() =>
        Assert.Equal(0.5, Likeness.Overlap([.. Enumerable.Range(0, 15).Select(n => (float)n)], [.. Enumerable.Range(0, 15).Select(n => -(float)n)]));

    /// <summary>Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: Pearson's of them is 4.5 / √(4.5 · 5).</summary>
    [Fact]
    public void Equal_scores_share_their_rank() => Assert.Equal(4.5 / Math.Sqrt(22.5), Likeness.Correlation([4, 3, 3, 1], [9, 8, 7, 6]), 12);

    [Fact]
    public void What_tells_nothing_apart_goes_with_nothing() => Assert.Equal(0, Likeness.Correlation([1, 1, 1], [1, 2, 3]));
}
