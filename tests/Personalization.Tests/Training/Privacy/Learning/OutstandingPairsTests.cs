using Personalization.Training.Privacy.Learning;

namespace Personalization.Tests.Training.Privacy.Learning;

public sealed class OutstandingPairsTests
{
    private const int Size = 100;

    /// <summary>Values of Φ(u)/φ(u) from tables of Mills' ratio.</summary>
    [Theory]
    [InlineData(0, 1.2533141373)]
    [InlineData(1, 3.4770517)]
    [InlineData(-1, 0.6556795424)]
    [InlineData(-4, 0.2366523829)]
    [InlineData(-10, 0.0990285965)]
    public void Mills_ratio_is_that_of_tables(double u, double expected) => Assert.Equal(1, OutstandingPairs.Mills(u) / expected, 1e-5);

    [Fact]
    public void Mills_ratio_rises_and_has_no_steps_where_its_formula_changes()
    {
        foreach (var at in new[] { -5, 8.0 }) Assert.Equal(1, OutstandingPairs.Mills(at + 1e-9) / OutstandingPairs.Mills(at - 1e-9), 1e-5);
        for (var u = -40.0; u < 36; u += 0.25) Assert.True(OutstandingPairs.Mills(u + 0.25) > OutstandingPairs.Mills(u));
        Assert.True(double.IsFinite(OutstandingPairs.Mills(1e6)));
    }

    [Fact]
    public void What_is_added_is_nearer_to_the_truth_than_nothing_and_than_all_there_is()
    {
        var (noisy, truth, found) = (Planted(once: 50, out var planted), planted, new double[Size * Size]);
        Assert.InRange(OutstandingPairs.Add(noisy, found, Size, 1), 20, 1000);
        Assert.True(Off(found, truth) < 0.5 * Off(new double[Size * Size], truth));
        Assert.True(Off(found, truth) < 0.5 * Off(noisy, truth));
    }

    /// <summary>Normal noise of deviation 1, and in one of so many pairs an exponential of mean 5 as well.</summary>
    private static double[] Planted(int once, out double[] truth)
    {
        var noisy = new double[Size * Size];
        truth = new double[Size * Size];
        var random = new Random(5);
        for (var i = 0; i < Size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var at = (ulong)((i * Size) + j);
                truth[(i * Size) + j] = truth[(j * Size) + i] = random.Next(once) == 0 ? -5 * Math.Log(1 - random.NextDouble()) : 0;
                noisy[(i * Size) + j] = noisy[(j * Size) + i] = truth[(i * Size) + j] + Personalization.Training.Learning.Chance.Normal(9, at);
            }
        }

        return noisy;
    }

    private static double Off(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < Size; i++)
            for (var j = 0; j < i; j++) sum += (a[(i * Size) + j] - b[(i * Size) + j]) * (a[(i * Size) + j] - b[(i * Size) + j]);
        return sum;
    }
}
