using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

public class CountingTests
{
    // Item 0 was met by three long ago, 1 and 2 by two lately, and 2 by one more before.
    private static readonly Meeting[] Met =
        [new(0, 0, 1, 1), new(1, 0, 1, 1), new(2, 0, 1, 1), new(0, 1, 100, 1), new(1, 1, 95, 1), new(1, 2, 100, 1), new(2, 2, 91, 1), new(2, 2, 99, 1), new(0, 2, 90, 1)];

    [Fact]
    public void What_was_met_lately_comes_first_and_what_was_met_ever_decides_between_equals() =>
        Assert.Equal([2, 1, 0, 3], Best(CountedLately.Learn(Met, 3, 4, 10), 4));

    [Fact]
    public void Lately_can_be_all_the_time() => Assert.Equal([0, 2, 1, 3], Best(CountedLately.Learn(Met, 3, 4, 1000), 4));

    [Fact]
    public void What_the_person_met_most_comes_first_and_then_what_most_people_met() =>
        Assert.Equal([3, 1, 0, 2], Best(Repeated.Learn(Meeting.Together(Met, 3, 4)), 4, (1, 0.2f), (3, 5)));

    [Fact]
    public void Items_met_as_often_are_ordered_by_how_many_met_them() =>
        Assert.Equal([0, 1, 2, 3], Best(Repeated.Learn(Meeting.Together(Met, 3, 4)), 4, (0, 1), (1, 1)));

    [Fact]
    public void Nothing_to_count_scores_nothing_and_no_weight_makes_a_score_that_is_no_number()
    {
        Assert.Empty(Best(CountedLately.Learn([], 0, 0, 1), 0));
        Assert.Equal([0, 1], Best(CountedLately.Learn([], 0, 2, 1), 2));
        var scores = new float[2];
        Repeated.Learn(Interactions.Of([[(1, 1f)]], 2)).Score([0], [float.MaxValue], scores);
        Assert.All(scores, s => Assert.True(float.IsFinite(s)));
    }

    private static int[] Best(IRecommender model, int items, params (int Item, float Weight)[] met)
    {
        var scores = new float[items];
        model.Score([.. met.Select(m => m.Item)], [.. met.Select(m => m.Weight)], scores);
        return [.. Enumerable.Range(0, items).OrderByDescending(i => scores[i])];
    }
}
