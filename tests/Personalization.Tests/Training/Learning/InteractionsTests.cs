using FsCheck;
using FsCheck.Fluent;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

public class InteractionsTests
{
    [Fact]
    public void What_somebody_met_twice_counts_once_with_both_weights()
    {
        var people = Interactions.Of([[(2, 1f), (0, 3f), (2, 2f)], [], [(1, 1f)]], 3);

        Assert.Equal((3, 3, 3), (people.Rows, people.Width, people.Count));
        Assert.Equal([0, 2], people.ColumnsOf(0).ToArray());
        Assert.Equal([3f, 3f], people.WeightsOf(0).ToArray());
        Assert.True(people.ColumnsOf(1).IsEmpty);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_number_above_zero_counts_as_nothing(float weight) =>
        Assert.Equal(0, Interactions.Of([[(0, weight)]], 1).Count);

    [Fact]
    public void Weights_never_add_up_to_infinity() =>
        Assert.Equal(float.MaxValue, Interactions.Of([[(0, float.MaxValue), (0, float.MaxValue)]], 1).WeightsOf(0)[0]);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void An_item_that_is_none_of_them_is_refused(int item) =>
        Assert.Throws<ArgumentException>(() => Interactions.Of([[(item, 1f)]], 1));

    [Fact]
    public void Turned_twice_they_are_what_they_were() =>
        Prop.ForAll(Rows, rows =>
        {
            var people = Interactions.Of(rows, Width);
            var back = people.Turned().Turned();
            return Enumerable.Range(0, people.Rows).All(r =>
                people.ColumnsOf(r).SequenceEqual(back.ColumnsOf(r)) && people.WeightsOf(r).SequenceEqual(back.WeightsOf(r)));
        }).QuickCheckThrowOnFailure();

    private const int Width = 9;

    private static Arbitrary<(int, float)[][]> Rows =>
        Arb.From(Gen.Zip(Gen.Choose(0, Width - 1), Gen.Choose(1, 5).Select(w => (float)w)).ArrayOf().ArrayOf());
}
