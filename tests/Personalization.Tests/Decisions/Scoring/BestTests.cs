using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class BestTests
{
    [Fact]
    public void The_best_are_those_of_a_plain_sort_whatever_the_scores()
    {
        var random = new Random(11);
        float[] odd = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, 1, -1];
        for (var round = 0; round < 2_000; round++)
        {
            var scores = new float[random.Next(round < 1_900 ? 300 : 20_000)];
            var kind = random.Next(3);
            for (var i = 0; i < scores.Length; i++) scores[i] = kind switch { 0 => odd[random.Next(odd.Length)], 1 => random.Next(10), _ => random.NextSingle() - 0.5f };
            var places = new int[random.Next(round % 2 == 0 ? 12 : 400)];
            Assert.Equal(Sorted(scores, places.Length), places[..Best.Of(scores, places)]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(0)]
    public void Scores_in_order_are_no_trouble(int step)
    {
        var scores = Enumerable.Range(0, 100_000).Select(i => (float)(i * step)).ToArray();
        var places = new int[500];
        Assert.Equal(Sorted(scores, 500), places[..Best.Of(scores, places)]);
    }

    [Fact]
    public void Nobody_is_left_out_when_all_fit_not_even_what_has_no_score()
    {
        var places = new int[5];
        Assert.Equal(3, Best.Of([float.NaN, 2, float.NegativeInfinity], places));
        Assert.Equal([1, 0, 2], places[..3]);
    }

    [Fact]
    public void Choosing_allocates_nothing()
    {
        var (scores, places) = (Vectors.Normal(new Random(1), 10_000), new int[100]);
        Best.Of(scores, places);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Best.Of(scores, places);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Selection_finds_the_lowest_in_any_order()
    {
        var random = new Random(12);
        for (var round = 0; round < 1_000; round++)
        {
            var keys = Enumerable.Range(0, random.Next(1, 300)).Select(i => round % 3 == 0 ? (ulong)(i % 7) : (ulong)random.NextInt64()).ToArray();
            if (round % 4 == 0) Array.Sort(keys);
            var keep = random.Next(1, keys.Length + 1);
            var lowest = keys.Order().Take(keep).ToArray();
            Selection.Lowest(keys, keep);
            Assert.Equal(lowest[^1], keys[keep - 1]);
            Assert.Equal(lowest, keys[..keep].Order());
        }
    }

    [Fact]
    public void A_key_gives_back_its_score_and_place()
    {
        foreach (var score in new[] { 0f, 1.5f, -1.5f, float.MaxValue, float.MinValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity })
            Assert.Equal((score, int.MaxValue), (RankKey.Score(RankKey.Of(score, int.MaxValue)), RankKey.Place(RankKey.Of(score, int.MaxValue))));
    }

    private static int[] Sorted(float[] scores, int wanted) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => float.IsNaN(scores[i]) ? float.NegativeInfinity : scores[i]).ThenBy(i => i).Take(wanted)];
}
