using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>One step over the graph and its slowest waves, against the same found the long way.</summary>
public sealed class GraphFilterTests
{
    private const int Items = 45;

    /// <summary>
    /// The waves are those of R·Rᵀ's directions. Those found by chance differ from them the more, the less the next strength is
    /// below the last; six rounds with sixteen more make that (σ₂₂/σ₅)¹² of it.
    /// </summary>
    [Theory]
    [InlineData(5, 0.3f), InlineData(1, 1f), InlineData(5, 0f), InlineData(Items, 0.5f), InlineData(1000, 0.5f)]
    public void It_is_what_the_long_way_finds(int waves, float share)
    {
        var people = Groups();
        var learned = GraphFilter.Learn(people, waves, share, Items, 1, 2, default);
        var (wanted, squares) = Longhand(people, waves, share);
        var left = waves + 16 < Items ? 4 * Math.Pow(squares[waves + 16] / squares[waves - 1], 6) : 0;
        Assert.True(left < 1e-3, $"nothing would be shown by it: {left}");
        for (var i = 0; i < Items; i++)
        {
            var row = ItemRegressionTests.Row(learned, i, Items);
            for (var j = 0; j < Items; j++) Assert.Equal(i == j ? 0 : wanted[i, j], row[j], 1e-5 + left);
        }
    }

    [Fact]
    public void Strengths_of_waves_are_singular_values()
    {
        var people = Shops.Drawn(150, Items, 4);
        var (vectors, values) = SingularVectors.Of(people, 6, 1, 2, default);
        var dense = Dense.Of(people, w => w);
        var (squares, _) = SymmetricEigen.Of(Dense.Flat(Dense.Product(Dense.Turned(dense), dense)), Items);
        Assert.Equal((Items, 6, 6), (vectors.Rows, vectors.Columns, values.Length));
        for (var i = 0; i < 6; i++) Assert.Equal(Math.Sqrt(squares[i]), values[i], 1e-4 * Math.Sqrt(squares[0]));
        var straight = Gram.Of(vectors, 1);
        for (var i = 0; i < 36; i++) Assert.Equal(i % 7 == 0 ? 1 : 0, straight[i], 1e-4);
    }

    [Fact]
    public void People_who_are_all_alike_make_one_wave()
    {
        var people = Interactions.Of(Enumerable.Repeat<(int, float)[]>([(0, 1f), (1, 1f), (2, 1f)], 20), 5);
        var (_, values) = SingularVectors.Of(people, 4, 1, 1, default);
        Assert.Equal(Math.Sqrt(60), values[0], 1e-4);
        Assert.All(values[1..], v => Assert.Equal(0, v, 1e-3));
        var learned = GraphFilter.Learn(people, 4, 0.5f, 5, 1, 1, default);
        // A step: 20 people, each 1/√(3·20) twice; and as much of the wave, where all three are alike.
        Assert.Equal([0, 0.5, 0.5, 0, 0], ItemRegressionTests.Row(learned, 0, 5).Select(v => Math.Round(v, 4)));
        Assert.Empty(learned.Near.OthersOf(4).ToArray());
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(1001)]
    public void As_many_waves_as_cannot_be_are_refused(int waves) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphFilter.Learn(Shops.Drawn(5, 5, 1), waves, 0.3f, 5, 1, 1, default));

    /// <summary>Five kinds of people who meet nine items of their own each, and now and then another: five slow waves, and quick ones.</summary>
    private static Interactions Groups()
    {
        var random = new Random(1);
        return Interactions.Of(Enumerable.Range(0, 1500).Select(p => Enumerable.Range(0, 6).Select(_ => (random.Next(20) == 0 ? random.Next(Items) : (p % 5 * 9) + random.Next(9), 1f))), Items);
    }

    private static (double[,] Strengths, double[] Values) Longhand(Interactions people, int waves, double share)
    {
        var r = Dense.Of(people, _ => 1);
        var ofPeople = Enumerable.Range(0, people.Rows).Select(p => Math.Sqrt(people.ColumnsOf(p).Length)).ToArray();
        var ofItems = Enumerable.Range(0, Items).Select(i => Math.Sqrt(people.Turned().ColumnsOf(i).Length)).ToArray();
        for (var p = 0; p < people.Rows; p++)
            for (var i = 0; i < Items; i++)
                if (r[p, i] > 0) r[p, i] /= ofPeople[p] * ofItems[i];
        var step = Dense.Product(Dense.Turned(r), r);
        var (values, directions) = SymmetricEigen.Of(Dense.Flat(step), Items);
        for (var i = 0; i < Items; i++)
            for (var j = 0; j < Items; j++)
                for (var wave = 0; wave < Math.Min(waves, Items) && ofItems[i] > 0 && values[wave] > 1e-12; wave++)
                    step[i, j] += share / ofItems[i] * directions[(wave * Items) + i] * directions[(wave * Items) + j] * ofItems[j];
        return (step, values);
    }
}
