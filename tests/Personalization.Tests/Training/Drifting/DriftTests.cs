using Personalization.Training.Choosing;
using Personalization.Training.Drifting;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Drifting;

/// <summary>What moved is told from what only looks so.</summary>
public class DriftTests
{
    private static readonly DriftOptions Options = new(0.25, 0.2, 2000, TimeSpan.FromHours(2));

    [Fact]
    public void The_index_is_the_sum_that_its_definition_says() =>
        // Halves are added to each bin: (60.5, 40.5) of 101 then and (20.5, 80.5) of 101 now.
        Assert.Equal(
            (((20.5 - 60.5) / 101) * Math.Log(20.5 / 60.5)) + (((80.5 - 40.5) / 101) * Math.Log(80.5 / 40.5)),
            Drift.Psi([60, 40], [20, 80]), 12);

    [Fact]
    public void The_difference_of_shares_is_the_largest_up_to_some_bin() =>
        Assert.Equal(0.4, Drift.Ks([50, 30, 20], [20, 20, 60]), 12);

    [Fact]
    public void Nothing_is_infinite_where_a_bin_was_empty() => Assert.True(double.IsFinite(Drift.Psi([100, 0], [0, 100])));

    [Fact]
    public void A_shift_that_was_put_in_is_found()
    {
        var shifts = Drift.Between(Picture.Of(Data(1, 500, kinds: 4), null, Now), Picture.Of(Data(2, 500, kinds: 1), null, Now), Options);

        Assert.True(shifts.Single(s => s.Name == "category").Breach);
        Assert.False(shifts.Single(s => s.Name == "weight").Breach);
    }

    [Fact]
    public void People_who_meet_much_more_than_before_are_found_by_both_measures()
    {
        var shift = Drift.Between(Picture.Of(Data(1, 500, each: 3), null, Now), Picture.Of(Data(2, 500, each: 20), null, Now), Options).Single(s => s.Name == "items");

        Assert.True(shift is { Breach: true, Psi: > 0.25, Ks: > 0.5 });
    }

    [Fact]
    public void Scores_that_moved_are_found()
    {
        var data = Data(1, 300);
        var shift = Drift.Between(Picture.Of(data, new Constant(0.2f), Now), Picture.Of(data, new Constant(0.7f), Now), Options).Single(s => s.Name == "score");

        Assert.True(shift.Breach);
    }

    [Fact]
    public void Few_people_who_differ_by_chance_are_no_drift()
    {
        // A false alarm less than once in 100,000 looks: none in 200.
        foreach (var seed in Enumerable.Range(0, 200))
            Assert.DoesNotContain(Drift.Between(Picture.Of(Data(seed, 60), null, Now), Picture.Of(Data(seed + 1000, 60), null, Now), Options), s => s.Breach);
    }

    [Fact]
    public void What_one_of_them_does_not_have_is_not_compared()
    {
        var data = Data(1, 100);

        Assert.DoesNotContain(Drift.Between(Picture.Of(data, null, Now), Picture.Of(data, new Constant(1), Now), Options), s => s.Name == "score");
    }

    private const long Now = 1_800_000_000;

    /// <summary>People who meet some of forty items of some kinds, a few times each.</summary>
    private static TrainingData Data(int seed, int people, int each = 6, int kinds = 4)
    {
        var random = new Random(seed);
        var meetings = new List<Meeting>();
        for (var person = 0; person < people; person++)
            foreach (var item in Enumerable.Range(0, 40).Where(i => i % 4 < kinds).OrderBy(_ => random.Next()).Take(random.Next(1, 2 * each)))
                meetings.Add(new(person, item, Now - random.Next(25 * 86_400), random.Next(1, 6)));
        return new([.. meetings.OrderBy(m => m.At)], people, [.. Enumerable.Range(0, 40).Select(i => (ulong)i)], [new("category", [.. Enumerable.Range(0, 40).Select(i => i % 4)], ["a", "b", "c", "d"])]);
    }

    private sealed class Constant(float score) : IRecommender
    {
        public string Name => "constant";

        public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores) => scores.Fill(score);
    }
}
