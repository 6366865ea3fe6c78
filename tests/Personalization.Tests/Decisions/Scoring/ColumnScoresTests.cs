using FsCheck;
using FsCheck.Fluent;
using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class ColumnScoresTests
{
    [Fact]
    public void Scores_have_the_bits_of_a_plain_loop() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var (count, features) = (random.Next(300), random.Next(60));
        var stride = count + random.Next(20);
        var columns = Vectors.Normal(random, features * stride);
        var weights = Vectors.Normal(random, features).Select(w => random.Next(4) == 0 ? 0 : w).ToArray();
        var scores = Enumerable.Repeat(float.NaN, count).ToArray();
        ColumnScores.Score(columns, stride, weights, scores);
        Assert.Equal(Plain(columns, stride, weights, count).Select(BitConverter.SingleToInt32Bits), scores.Select(BitConverter.SingleToInt32Bits));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_column_without_weight_may_hold_anything()
    {
        float[] columns = [1, 2, 3, float.NaN, float.PositiveInfinity, float.NaN, 10, 20, 30];
        var scores = new float[3];
        ColumnScores.Score(columns, 3, [2, 0, -1], scores);
        Assert.Equal([-8, -16, -24], scores);
    }

    [Fact]
    public void Columns_too_short_for_the_candidates_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ColumnScores.Score(new float[19], 10, [1, 1], new float[10]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ColumnScores.Score(new float[100], 9, [1, 1], new float[10]));
        ColumnScores.Score(new float[15], 10, [1, 1], new float[5]);
    }

    [Fact]
    public void Scoring_allocates_nothing()
    {
        var (columns, weights, scores) = (new float[200 * 50], new float[50], new float[200]);
        ColumnScores.Score(columns, 200, weights, scores);
        var before = GC.GetAllocatedBytesForCurrentThread();
        ColumnScores.Score(columns, 200, weights, scores);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float[] Plain(float[] columns, int stride, float[] weights, int count)
    {
        var scores = new float[count];
        for (var j = 0; j < weights.Length; j++)
        {
            if (weights[j] == 0) continue;
            for (var i = 0; i < count; i++) scores[i] += weights[j] * columns[(j * stride) + i];
        }
        return scores;
    }
}
