using FsCheck;
using FsCheck.Fluent;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Evaluating;

public class SplitTests
{
    private static readonly Meeting[] Met =
    [
        new(0, 0, 10, 1), new(0, 1, 20, 1), new(0, 0, 30, 2),
        new(1, 1, 15, 1), new(1, 2, 40, 1), new(1, 2, 41, 1), new(1, 3, 40, 1), new(1, 0, 40, 1), new(1, 1, 50, 1),
        new(2, 1, 45, 1), new(0, 2, 5, 1),
    ];

    [Fact]
    public void What_was_met_before_the_moment_is_learned_from()
    {
        var split = Split.At(Met, 3, 4, 40);
        Assert.Equal([0, 1, 2], split.Train.ColumnsOf(0).ToArray());
        Assert.Equal([3f, 1f, 1f], split.Train.WeightsOf(0).ToArray());
        Assert.Equal([1], split.Train.ColumnsOf(1).ToArray());
        Assert.Equal(5, split.Meetings.Count);
        Assert.All(split.Meetings, m => Assert.True(m.At < 40));
    }

    [Fact]
    public void What_was_met_from_then_on_is_to_be_found_where_the_person_and_the_item_were_there_before()
    {
        var split = Split.At(Met, 3, 4, 40);
        // 3 was never met before, and neither was anything by the last person.
        Assert.Equal([0, 1, 2], split.Test(Asked.AllItems).ColumnsOf(1).ToArray());
        Assert.Equal([0, 2], split.Test(Asked.NewItems).ColumnsOf(1).ToArray());
        Assert.Equal(3, split.Test(Asked.AllItems).Count);
    }

    [Fact]
    public void The_last_distinct_items_of_each_are_left_out_with_all_meetings_with_them()
    {
        var split = Split.LastOut(Met, 3, 4, 2);
        // 0 was met first and again last, 1 before that.
        Assert.Equal([2], split.Train.ColumnsOf(0).ToArray());
        Assert.Equal([0, 3], split.Train.ColumnsOf(1).ToArray());
        Assert.Equal([0, 1], split.Test(Asked.NewItems).ColumnsOf(0).ToArray());
        Assert.Equal([1, 2], split.Test(Asked.NewItems).ColumnsOf(1).ToArray());
    }

    [Fact]
    public void Of_two_items_met_at_the_same_time_the_one_with_the_higher_number_is_the_later_one()
    {
        Meeting[] met = [new(0, 0, 5, 1), new(0, 2, 5, 1), new(0, 1, 5, 1), new(1, 0, 5, 1), new(2, 1, 5, 1), new(3, 2, 5, 1)];
        Assert.Equal([2], Split.LastOut(met, 4, 3, 1).Test(Asked.NewItems).ColumnsOf(0).ToArray());
    }

    [Fact]
    public void Who_met_too_few_stays_whole()
    {
        var split = Split.LastOut(Met, 3, 4, 3);
        Assert.Equal([0, 1, 2], split.Train.ColumnsOf(0).ToArray());
        Assert.Equal([1], split.Train.ColumnsOf(2).ToArray());
        Assert.True(split.Test(Asked.AllItems).ColumnsOf(0).IsEmpty);
    }

    [Fact]
    public void Nothing_to_be_found_was_learned_from_and_everything_is_somewhere() =>
        Prop.ForAll(Meetings, met =>
        {
            var split = Split.LastOut(met, 4, 6, 2);
            var found = split.Test(Asked.AllItems);
            return Enumerable.Range(0, 4).All(p =>
            {
                var distinct = met.Where(m => m.Person == p).Select(m => m.Item).Distinct().Count();
                var train = split.Train.ColumnsOf(p).ToArray();
                return train.Length == (distinct > 2 ? distinct - 2 : distinct) && !train.Intersect(found.ColumnsOf(p).ToArray()).Any()
                    && found.ColumnsOf(p).Length <= 2;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_meetings_changes_nothing() =>
        Prop.ForAll(Meetings, met =>
        {
            Meeting[] back = [.. met.Reverse()];
            return Same(Split.At(met, 4, 6, 3), Split.At(back, 4, 6, 3)) && Same(Split.LastOut(met, 4, 6, 2), Split.LastOut(back, 4, 6, 2));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(2, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 3)]
    public void Somebody_or_something_unknown_is_refused(int person, int item)
    {
        Assert.Throws<ArgumentException>(() => Split.At([new(person, item, 0, 1)], 2, 3, 0));
        Assert.Throws<ArgumentException>(() => Split.LastOut([new(person, item, 0, 1)], 2, 3, 1));
    }

    [Fact]
    public void Nothing_at_all_is_split_into_nothing()
    {
        Assert.Equal(0, Split.At([], 0, 0, 0).Test(Asked.AllItems).Count);
        Assert.Equal(0, Split.LastOut([], 2, 3, 1).Train.Count);
    }

    [Fact]
    public void A_meeting_that_weighs_nothing_is_none()
    {
        Meeting[] met = [new(0, 0, 1, 1), new(0, 1, 2, 1), new(0, 2, 3, 0), new(0, 3, 4, float.NaN), new(1, 1, 1, 1)];
        Assert.Equal([1], Split.LastOut(met, 2, 4, 1).Test(Asked.NewItems).ColumnsOf(0).ToArray());
        Assert.Equal(3, Split.At(met, 2, 4, 9).Meetings.Count);
    }

    private static bool Same(Split one, Split other) =>
        Rows(one.Train) == Rows(other.Train) && Rows(one.Test(Asked.NewItems)) == Rows(other.Test(Asked.NewItems))
        && Rows(one.Test(Asked.AllItems)) == Rows(other.Test(Asked.AllItems));

    private static string Rows(Interactions them) =>
        string.Join('|', Enumerable.Range(0, them.Rows).Select(r => string.Join(',', them.ColumnsOf(r).ToArray())));

    private static Arbitrary<Meeting[]> Meetings =>
        Arb.From((
            from person in Gen.Choose(0, 3)
            from item in Gen.Choose(0, 5)
            from at in Gen.Choose(0, 6)
            select new Meeting(person, item, at, 1)).ArrayOf());
}
