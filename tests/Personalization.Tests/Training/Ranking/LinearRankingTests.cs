using Personalization.Training.Ranking;

namespace Personalization.Tests.Training.Ranking;

/// <summary>Weights that choices were made with are found again.</summary>
public sealed class LinearRankingTests
{
    private static readonly double[] True = [1, -0.5, 0.25];

    /// <summary>
    /// Each of n choices from five with independent terms of spread 1 says at least 0.4 about each weight, so a weight is found with a
    /// deviation below 1/√(0.4·n); small weights being preferred by 0.001 pulls by at most 0.001 · 1 / 0.4. Five deviations are
    /// missed once in a million.
    /// </summary>
    [Fact]
    public void Weights_are_found_again()
    {
        const int Count = 20_000;
        var learned = LinearRanking.Learn([.. Made(Count, new(1)).Select(m => m.Choice)], 3);
        for (var t = 0; t < 3; t++) Assert.Equal(True[t], learned[t], (5 / Math.Sqrt(0.4 * Count)) + 0.0025);
    }

    [Theory]
    [InlineData(0f), InlineData(0.1f), InlineData(1e6f), InlineData(-3e20f)]
    public void A_term_that_is_always_the_same_says_nothing(float same)
    {
        var choices = Made(2000, new(2)).Select(m => new Choice([.. m.Choice.Chosen, same], [.. m.Choice.Others.Select(o => (float[])[.. o, same])], 1)).ToList();
        var (learned, without) = (LinearRanking.Learn(choices, 4), LinearRanking.Learn([.. Made(2000, new(2)).Select(m => m.Choice)], 3));
        Assert.Equal(0, learned[3]);
        for (var t = 0; t < 3; t++) Assert.Equal(without[t], learned[t], 1e-9);
    }

    /// <summary>The slope of what is made small is nothing at the end, also where terms say almost the same or one value lies far out.</summary>
    [Theory]
    [InlineData("plain"), InlineData("separable"), InlineData("alike"), InlineData("far out"), InlineData("the same twice")]
    public void It_ends_where_nothing_is_left_to_gain_and_weights_are_finite(string kind)
    {
        var random = new Random(3);
        var choices = Made(3000, random, kind == "separable").Select(m => new Choice(Turn(m.Choice.Chosen), [.. m.Choice.Others.Select(Turn)], 1)).ToList();
        var learned = LinearRanking.Learn(choices, 3);
        Assert.All(learned, w => Assert.InRange(Math.Abs(w), 0, 10_000));
        var lowest = Loss(choices, learned);
        for (var t = 0; t < 3; t++)
            foreach (var factor in new[] { 0.9, 0.99, 1.01, 1.1 })
            {
                var moved = learned.ToArray();
                moved[t] = (moved[t] * factor) + (factor > 1 ? 1e-4 : -1e-4);
                Assert.True(Loss(choices, moved) >= lowest * (1 - 1e-12), $"{t} {factor}");
            }

        float[] Turn(float[] row) => kind switch
        {
            "alike" => [row[0], row[0] + (0.001f * row[1]), row[0] - (0.001f * row[2])],
            "far out" => [row[0], row[1] > 3 ? 1000 * row[1] : row[1], row[2]],
            "the same twice" => [row[0], row[0], row[2]],
            _ => row,
        };
    }

    /// <summary>
    /// Items stand in places that are seen with chances 1, 1/2, … 1/5, better ones higher up. What was seen and chosen is learned from: with weights
    /// that undo the chances the effect of quality is found, without them it is taken for far more than it is.
    /// </summary>
    [Fact]
    public void What_few_could_see_counts_more_and_weights_are_found_again()
    {
        const int Count = 60_000;
        var (random, seen) = (new Random(4), new List<(Choice Choice, double Chance)>());
        foreach (var (choice, _) in Made(Count, random))
        {
            var place = 1 + choice.Others.Count(o => o[0] > choice.Chosen[0]);
            if (random.NextDouble() < 1.0 / place) seen.Add((choice, 1.0 / place));
        }

        var (mended, as_is) = (LinearRanking.Learn([.. seen.Select(s => s.Choice with { Weight = 1 / s.Chance })], 3), LinearRanking.Learn([.. seen.Select(s => s.Choice)], 3));
        // Weights up to five make the deviation no more than √5 of that of as many choices.
        var tolerance = (5 * Math.Sqrt(5 / (0.4 * seen.Count))) + 0.0025;
        for (var t = 0; t < 3; t++) Assert.Equal(True[t], mended[t], tolerance);
        Assert.True(as_is[0] > True[0] + 0.3, $"{as_is[0]}");
    }

    [Fact]
    public void Nothing_to_learn_from_says_nothing_and_what_is_no_number_is_refused()
    {
        Assert.Equal([0.0, 0], LinearRanking.Learn([], 2));
        Assert.Equal([0.0, 0], LinearRanking.Learn([new([1, 2], [], 1)], 2));
        Assert.Equal([0.0, 0], LinearRanking.Learn([new([1, 2], [[0, 3]], 0)], 2));
        foreach (var broken in new Choice[] { new([1, float.NaN], [], 1), new([1, 2], [[float.PositiveInfinity, 0]], 1), new([1, 2], [], double.NaN), new([1, 2], [], -1), new([1], [], 1) })
            Assert.Throws<ArgumentException>(() => LinearRanking.Learn([broken], 2));
        Assert.ThrowsAny<OperationCanceledException>(() => LinearRanking.Learn([new([1, 2], [[0, 3]], 1)], 2, new(canceled: true)));
    }

    /// <summary>One of five, with a chance that grows with e to the weighted sum of its terms; or the one with the highest sum.</summary>
    private static IEnumerable<(Choice Choice, int Row)> Made(int count, Random random, bool highest = false)
    {
        for (var n = 0; n < count; n++)
        {
            var rows = Enumerable.Range(0, 5).Select(_ => Enumerable.Range(0, 3).Select(_ => Normal(random)).ToArray()).ToArray();
            var sums = Array.ConvertAll(rows, r => Math.Exp(r.Select((v, t) => v * True[t]).Sum()));
            var (draw, row) = (random.NextDouble() * sums.Sum(), 0);
            while (row < 4 && (draw -= sums[row]) > 0) row++;
            if (highest) row = Array.IndexOf(sums, sums.Max());
            yield return (new(rows[row], [.. rows.Where((_, r) => r != row)], 1), row);
        }
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>Of all choices, and a thousandth for weights by the spread of their terms.</summary>
    private static double Loss(List<Choice> choices, double[] weights)
    {
        var loss = 0.0;
        for (var t = 0; t < weights.Length; t++)
        {
            var values = choices.SelectMany(c => c.Others.Prepend(c.Chosen)).Select(r => (double)r[t]).ToArray();
            var mean = values.Average();
            loss += 0.5e-3 * choices.Count * weights[t] * weights[t] * values.Average(v => (v - mean) * (v - mean));
        }

        return loss + choices.Sum(c => Math.Log(1 + c.Others.Sum(o => Math.Exp(o.Select((v, t) => weights[t] * (v - (double)c.Chosen[t])).Sum()))));
    }
}
