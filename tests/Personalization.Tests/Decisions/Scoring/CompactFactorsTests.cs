using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class CompactFactorsTests
{
    [Theory]
    [InlineData(32, false)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    [InlineData(128, true)]
    public void Of_the_hundred_best_at_least_ninety_nine_are_found_with_their_exact_scores(int dimensions, bool trained)
    {
        var random = new Random(dimensions);
        var rows = trained ? Vectors.Trained(random, 20_000, dimensions) : Vectors.Normal(random, 20_000 * dimensions);
        var exact = ItemFactors.Of(rows, dimensions);
        var compact = CompactFactors.Of(rows, dimensions);
        var (best, near, missing) = (new Ranked[100], new Ranked[100], 0);
        for (var person = 0; person < 50; person++)
        {
            var vector = Vectors.Normal(random, dimensions);
            Assert.Equal((100, 100), (TopItems.Of(exact, vector, [], best), TopItems.Of(compact, vector, [], near)));
            missing += best.Except(near).Count();
            Assert.All(near, n => Assert.Equal(Vectors.Plain(rows.AsSpan(n.Place * dimensions, dimensions), vector), n.Score));
            Assert.Equal(near.OrderByDescending(n => n.Score).ThenBy(n => n.Place), near);
        }
        Assert.True(missing <= 50, $"{missing} of 5,000 missing");
    }

    [Fact]
    public void Places_left_out_are_not_chosen()
    {
        var random = new Random(3);
        var rows = Vectors.Normal(random, 500 * 16);
        var person = Vectors.Normal(random, 16);
        var leftOut = Enumerable.Repeat(0x5555_5555_5555_5555UL, 8).ToArray();
        leftOut[2] = ulong.MaxValue;
        var into = new Ranked[500];
        var found = TopItems.Of(CompactFactors.Of(rows, 16), person, leftOut, into);
        Assert.Equal(Vectors.Sorted(rows, person, 500, p => p % 2 == 0 || p / 64 == 2), into[..found]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.Epsilon)]
    [InlineData(1e-38f)]
    [InlineData(1e18f)]
    public void Vectors_of_any_size_have_bytes(float size)
    {
        var rows = Vectors.Normal(new Random(5), 300 * 8).Select(v => v * size).ToArray();
        var person = Vectors.Normal(new Random(6), 8).Select(v => v * size).ToArray();
        var into = new Ranked[300];
        Assert.Equal(300, TopItems.Of(CompactFactors.Of(rows, 8), person, [], into));
        Assert.Equal(Vectors.Sorted(rows, person, 300), into);
    }
}
