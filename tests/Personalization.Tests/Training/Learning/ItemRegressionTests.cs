using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>What items say of each other against the same in plain loops.</summary>
public sealed class ItemRegressionTests
{
    [Theory]
    [InlineData(5, 0f, 10f), InlineData(40, 0f, 3f), InlineData(70, 1f, 20f), InlineData(300, 0.5f, 5f)]
    public void It_is_what_the_inverse_says(int items, float slope, float lambda)
    {
        var people = Shops.Drawn(200, items, items);
        var learned = ItemRegression.Learn(people, lambda, slope, items, 2, default);
        var x = Dense.Of(people, w => 1 + (slope * Math.Log(1 + w)));
        var a = Dense.Product(Dense.Turned(x), x);
        for (var i = 0; i < items; i++) a[i, i] += lambda;
        var p = Dense.Solved(a, Dense.Unit(items));
        for (var i = 0; i < items; i++)
        {
            var strengths = Row(learned, i, items);
            for (var j = 0; j < items; j++) Assert.Equal(i == j ? 0 : -p[i, j] / p[j, j], strengths[j], 2e-5);
        }
    }

    [Fact]
    public void Only_the_strongest_are_kept_whether_they_speak_for_or_against()
    {
        var people = Shops.Drawn(200, 40, 1);
        var (all, few) = (ItemRegression.Learn(people, 5, 0, 40, 1, default), ItemRegression.Learn(people, 5, 0, 7, 1, default));
        for (var item = 0; item < 40; item++)
        {
            var whole = Row(all, item, 40);
            var strongest = Enumerable.Range(0, 40).Where(o => whole[o] != 0).OrderByDescending(o => Math.Abs(whole[o])).ThenBy(o => o).Take(7).Order();
            Assert.Equal(strongest, few.Near.OthersOf(item).ToArray());
            foreach (var other in few.Near.OthersOf(item)) Assert.Equal(whole[other], Row(few, item, 40)[other]);
        }

        Assert.Contains(Enumerable.Range(0, 40), i => few.Near.StrengthsOf(i).IndexOfAnyInRange(float.MinValue, -float.Epsilon) >= 0);
    }

    [Theory]
    [InlineData(0f), InlineData(-1f), InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_pull_that_is_none_is_refused(float lambda) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemRegression.Learn(Shops.Drawn(5, 5, 1), lambda, 0, 5, 1, default));

    [Fact]
    public void Too_many_items_are_refused_before_anything_is_taken() =>
        Assert.Throws<ArgumentException>(() => ItemRegression.Learn(Interactions.Of([[(0, 1f)]], ItemRegression.MostItems + 1), 1, 0, 5, 1, default));

    internal static float[] Row(Neighbours learned, int item, int items)
    {
        var row = new float[items];
        for (var i = 0; i < learned.Near.OthersOf(item).Length; i++) row[learned.Near.OthersOf(item)[i]] = learned.Near.StrengthsOf(item)[i];
        return row;
    }
}
