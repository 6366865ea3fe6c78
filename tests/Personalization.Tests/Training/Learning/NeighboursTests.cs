using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>Who speaks for whom, and how it adds up.</summary>
public sealed class NeighboursTests
{
    /// <summary>Items 0 and 1 have two people together, one of whom met three; 0 was met by three, 1 by two, 2 by one, 3 by nobody.</summary>
    [Fact]
    public void Met_by_the_same_people_counts_by_hand()
    {
        var people = Interactions.Of([[(0, 1f), (1, 9f)], [(0, 1f), (1, 1f), (2, 1f)], [(0, 1f)]], 4);
        var learned = CoOccurrence.Learn(people, 2, 0, 10, 2, default);
        var (two, three) = (1 / Math.Log(4), 1 / Math.Log(5));
        Near([0, (two + three) * 2 / 4 / Math.Sqrt(6), three / 3 / Math.Sqrt(3), 0], ItemRegressionTests.Row(learned, 0, 4));
        Near([(two + three) * 2 / 4 / Math.Sqrt(6), 0, three / 3 / Math.Sqrt(2), 0], ItemRegressionTests.Row(learned, 1, 4));
        Near([0, 0, 0, 0], ItemRegressionTests.Row(learned, 3, 4));
        // Without holding back, whoever is met together once counts in full.
        Near([three / Math.Sqrt(3), three / Math.Sqrt(2), 0, 0], ItemRegressionTests.Row(CoOccurrence.Learn(people, 0, 0, 10, 1, default), 2, 4));
    }

    [Theory]
    [InlineData(-1f), InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void Holding_back_by_what_is_no_number_is_refused(float shrink) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CoOccurrence.Learn(Shops.Drawn(5, 5, 1), shrink, 0, 5, 1, default));

    [Theory]
    [InlineData(1), InlineData(3), InlineData(6), InlineData(100)]
    public void The_strongest_are_kept_and_of_equals_the_first(int kept)
    {
        float[] strengths = [0.5f, -3, 0, 2, -2, 2, 9];
        var learned = Of(7, kept, (item, row) => strengths.CopyTo(row));
        // Item 6 says nothing of itself, and what is nothing is not kept.
        Assert.Equal(new[] { 1, 3, 4, 5, 0 }.Take(kept).Order(), learned.Near.OthersOf(6).ToArray());
        Assert.Equal(new[] { 1, 3, 4, 5, 0 }.Take(kept).Order().Select(i => strengths[i]), learned.Near.StrengthsOf(6).ToArray());
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void What_is_no_number_is_no_model(float value)
    {
        Assert.Throws<ArithmeticException>(() => Of(9, 2, (item, row) => row[(item + 1) % 9] = item == 7 ? value : 1));
        // But that of an item for itself is never used.
        Assert.Equal(9, Of(9, 2, (item, row) => (row[item], row[(item + 1) % 9]) = (value, 1)).Near.Count);
    }

    [Fact]
    public void Room_for_none_and_slopes_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(3, 0, (_, _) => { }));
        foreach (var slope in new[] { -1, float.NaN, float.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => Neighbours.Of("n", 3, 1, slope, 1, (_, _) => { }, default));
    }

    [Fact]
    public void A_score_is_the_sum_over_what_was_met()
    {
        var learned = Neighbours.Of("n", 3, 2, 0.5f, 1, (first, rows) => Each(3, first, rows, (item, row) => row[(item + 1) % 3] = item + 1), default);
        var (one, four) = ((float)(1 + (0.5 * Math.Log(2))), (float)(1 + (0.5 * Math.Log(5))));
        Assert.Equal([3 * four, one, 0], Shops.Scores(learned, 3, [0, 2], [1, 4]));
        Assert.Equal([0f, 0, 0], Shops.Scores(learned, 3, [], []));
    }

    [Fact]
    public void A_blend_is_both_by_their_shares()
    {
        var people = Shops.Drawn(100, 20, 1);
        var (near, vectors) = ((Neighbours)Shops.Learn("ease", people), (Factors)Shops.Learn("als", people));
        var (a, b) = (Shops.Scores(near, 20, [1, 2], [1, 2]), Shops.Scores(vectors, 20, [1, 2], [1, 2]));
        foreach (var share in new[] { 0f, 0.25f, 1 })
        {
            var both = Shops.Scores(new Blend(near, vectors, share), 20, [1, 2], [1, 2]);
            for (var i = 0; i < 20; i++) Assert.Equal((share * a[i]) + ((1 - share) * b[i]), both[i], 1e-6);
        }
    }

    [Fact]
    public void Neighbours_that_do_not_hang_together_are_refused()
    {
        (int[] Starts, int[] Others, float[] Strengths, float Slope)[] broken =
            [([], [], [], 0), ([1, 1], [0], [1], 0), ([0, 2], [0], [1], 0), ([0, 1, 0, 1], [0], [1], 0), ([0, 1], [1], [1], 0), ([0, 1], [-1], [1], 0), ([0, 1], [0], [], 0), ([0, 1], [0], [float.NaN], 0), ([0, 1], [0], [1], -1), ([0, 1], [0], [1], float.NaN)];
        foreach (var (starts, others, strengths, slope) in broken) Assert.Throws<ArgumentException>(() => Neighbourhood.Of(starts, others, strengths, slope));
        Assert.Equal(1, Neighbourhood.Of([0, 1], [0], [1], 0).Count);
    }

    private delegate void Fill(int item, Span<float> row);

    private static Neighbours Of(int items, int kept, Fill fill) => Neighbours.Of("n", items, kept, 0, 2, (first, rows) => Each(items, first, rows, fill), default);

    private static void Each(int items, int first, Matrix rows, Fill fill)
    {
        for (var item = first; item < Math.Min(first + Neighbours.Together, items); item++) fill(item, rows[item - first]);
    }

    private static void Near(double[] wanted, float[] row)
    {
        for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], row[i], 1e-6);
    }
}
