using Personalization.Decisions.Scoring;

namespace Personalization.Tests.Decisions.Scoring;

public class TopItemsTests
{
    [Theory]
    [InlineData(0, 8, 5)]
    [InlineData(1, 8, 5)]
    [InlineData(63, 24, 7)]
    [InlineData(64, 64, 64)]
    [InlineData(65, 256, 1)]
    [InlineData(1_000, 64, 100)]
    [InlineData(1_000, 16, 2_000)]
    [InlineData(20_000, 32, 100)]
    public void The_best_are_those_of_a_plain_sort_to_the_bit(int items, int dimensions, int wanted)
    {
        var random = new Random(items + dimensions);
        var rows = Vectors.Normal(random, items * dimensions);
        var factors = ItemFactors.Of(rows, dimensions);
        for (var round = 0; round < 3; round++)
        {
            var person = Vectors.Normal(random, dimensions);
            Assert.Equal(Vectors.Sorted(rows, person, wanted), Top(factors, person, wanted));
        }
    }

    [Fact]
    public void Among_equal_scores_the_lower_place_wins()
    {
        var random = new Random(7);
        var rows = Enumerable.Range(0, 5_000 * 8).Select(_ => (float)random.Next(-1, 2)).ToArray();
        float[] person = [1, 0, -1, 0, 1, 0, 0, 0];
        Assert.Equal(Vectors.Sorted(rows, person, 50), Top(ItemFactors.Of(rows, 8), person, 50));
        Assert.Equal(Enumerable.Range(0, 50), Top(ItemFactors.Of(rows, 8), new float[8], 50).Select(r => r.Place));
    }

    [Fact]
    public void What_got_worse_and_worse_or_better_and_better_is_found_as_well()
    {
        float[] rows = [.. Enumerable.Range(0, 3_000).SelectMany(i => Enumerable.Repeat((float)i, 8))];
        var rising = Enumerable.Repeat(1f, 8).ToArray();
        var falling = Enumerable.Repeat(-1f, 8).ToArray();
        Assert.Equal(Enumerable.Range(2_990, 10).Reverse(), Top(ItemFactors.Of(rows, 8), rising, 10).Select(r => r.Place));
        Assert.Equal(Enumerable.Range(0, 10), Top(ItemFactors.Of(rows, 8), falling, 10).Select(r => r.Place));
    }

    [Fact]
    public void Places_left_out_are_not_chosen()
    {
        var random = new Random(3);
        var rows = Vectors.Normal(random, 2_000 * 16);
        var person = Vectors.Normal(random, 16);
        var leftOut = new ulong[Tile.Count(2_000)];
        foreach (var place in Enumerable.Range(0, 2_000).Where(p => p % 3 == 0 || p is > 256 and < 500)) leftOut[place / 64] |= 1UL << (place % 64);
        var into = new Ranked[1_500];
        var found = TopItems.Of(ItemFactors.Of(rows, 16), person, leftOut, into);
        Assert.Equal(Vectors.Sorted(rows, person, 1_500, p => p % 3 == 0 || p is > 256 and < 500), into[..found]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_person_without_a_finite_vector_gets_nothing(float value)
    {
        var rows = Vectors.Normal(new Random(1), 100 * 8);
        var factors = ItemFactors.Of(rows, 8);
        var person = new float[8];
        person[7] = value;
        Assert.Empty(Top(factors, person, 10));
        Assert.Equal(0, TopItems.Of(CompactFactors.Of(rows, 8), person, [], new Ranked[10]));
    }

    [Fact]
    public void A_vector_or_a_set_of_the_wrong_length_is_refused()
    {
        var factors = ItemFactors.Of(new float[100 * 8], 8);
        Assert.Throws<ArgumentException>(() => TopItems.Of(factors, new float[16], [], new Ranked[1]));
        Assert.Throws<ArgumentException>(() => TopItems.Of(factors, new float[8], new ulong[1], new Ranked[1]));
        Assert.Throws<ArgumentException>(() => TopItems.Of(CompactFactors.Of(new float[100 * 8], 8), new float[16], [], new Ranked[1]));
    }

    [Fact]
    public void Choosing_allocates_nothing()
    {
        var rows = Vectors.Normal(new Random(1), 5_000 * 32);
        var (factors, compact) = (ItemFactors.Of(rows, 32), CompactFactors.Of(rows, 32));
        var (person, into) = (Vectors.Normal(new Random(2), 32), new Ranked[100]);
        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            TopItems.Of(factors, person, [], into);
            TopItems.Of(compact, person, [], into);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated();
        Assert.Equal(0, Allocated());
    }

    private static Ranked[] Top(ItemFactors factors, float[] person, int wanted)
    {
        var into = new Ranked[wanted];
        return into[..TopItems.Of(factors, person, [], into)];
    }
}
