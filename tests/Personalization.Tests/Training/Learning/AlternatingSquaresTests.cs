using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>What is said to become small does, and by as much as solving exactly would make it.</summary>
public sealed class AlternatingSquaresTests
{
    private const int Items = 40;
    private static readonly Interactions People = Shops.Drawn(120, Items, 1);

    /// <summary>With people solved exactly for the items of each sweep, the sum never rises: each half sweep makes it smaller or leaves it.</summary>
    [Theory]
    [InlineData(0), InlineData(1), InlineData(3)]
    public void Every_sweep_makes_the_sum_smaller(int steps)
    {
        var before = double.MaxValue;
        for (var sweeps = 1; sweeps <= 8; sweeps++)
        {
            var now = Sum(Rows(AlternatingSquares.Learn(People, new(16, Shops.Folding, sweeps, steps), 2, default)));
            Assert.True(now <= before * (1 + 1e-6), $"{sweeps}: {before} {now}");
            before = now;
        }
    }

    /// <summary>The sum has many lowest places that are as low; three steps a sweep end no more than a hundredth above where exact solving does.</summary>
    [Fact]
    public void Some_steps_come_as_far_as_solving_exactly()
    {
        var (some, exact) = (Sum(Rows(AlternatingSquares.Learn(People, new(16, Shops.Folding, 30), 2, default))), Sum(Longhand(30)));
        Assert.InRange(some / exact, 0.99, 1.01);
    }

    /// <summary>The same sweeps in plain loops with Gauss's elimination; no product of a person and an item depends on how vectors are turned.</summary>
    [Theory]
    [InlineData(1), InlineData(3)]
    public void Exact_sweeps_find_what_elimination_finds(int sweeps)
    {
        var learned = AlternatingSquares.Learn(People, new(16, Shops.Folding, sweeps, 0), 2, default);
        var (mine, wanted) = (Rows(learned), Longhand(sweeps));
        var (a, b) = (Dense.Product(mine, Dense.Turned(mine)), Dense.Product(wanted, Dense.Turned(wanted)));
        var largest = b.Cast<double>().Max(Math.Abs);
        for (var i = 0; i < Items; i++)
            for (var j = 0; j < Items; j++) Assert.Equal(b[i, j], a[i, j], 2e-4 * largest);
    }

    /// <summary>No vector of an item makes the sum smaller when the people stay as they were: its slope is nothing there.</summary>
    [Fact]
    public void After_an_exact_half_sweep_nothing_is_left_to_gain()
    {
        var items = Start();
        var persons = Half(People, items);
        var before = Sum(items, persons);
        var solved = Half(People.Turned(), persons);
        var lowest = Sum(solved, persons);
        Assert.True(lowest < before);
        var random = new Random(1);
        for (var n = 0; n < 100; n++)
        {
            var moved = (double[,])solved.Clone();
            moved[random.Next(Items), random.Next(16)] += 1e-3 * ((2 * random.NextDouble()) - 1);
            Assert.True(Sum(moved, persons) >= lowest);
        }
    }

    [Fact]
    public void Nothing_depends_on_how_many_sweeps_are_told_of_and_each_is()
    {
        var told = new List<int>();
        AlternatingSquares.Learn(People, new(16, Shops.Folding, 4), 1, default, told.Add);
        Assert.Equal([1, 2, 3, 4], told);
    }

    [Fact]
    public void It_stops_where_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => AlternatingSquares.Learn(People, new(16, Shops.Folding, 1000), 2, stop.Token, _ => stop.Cancel()));
    }

    [Fact]
    public void Settings_that_cannot_be_are_refused_with_a_reason()
    {
        foreach (var settings in new FactorSettings[] { new(0, Shops.Folding), new(12, Shops.Folding), new(264, Shops.Folding), new(16, default), new(16, Shops.Folding with { Slope = float.NaN }), new(16, Shops.Folding, 0), new(16, Shops.Folding, Steps: -1) })
            Assert.NotEmpty(Assert.Throws<ArgumentException>(() => AlternatingSquares.Learn(People, settings, 1, default)).Message);
    }

    private static double[,] Rows(Factors learned)
    {
        var rows = new double[learned.Items, learned.Spectrum.Length];
        for (var item = 0; item < learned.Items; item++)
            for (var d = 0; d < rows.GetLength(1); d++) rows[item, d] = learned[item][d];
        return rows;
    }

    private static double[,] Longhand(int sweeps)
    {
        var (items, turned) = (Start(), People.Turned());
        for (var sweep = 0; sweep < sweeps; sweep++) items = Half(turned, Half(People, items));
        return items;
    }

    /// <summary>As the first vectors are drawn.</summary>
    private static double[,] Start()
    {
        var start = new double[Items, 16];
        for (var item = 0; item < Items; item++)
            for (var d = 0; d < 16; d++) start[item, d] = (float)(0.1 / Math.Sqrt(16) * Chance.Normal(1, ((ulong)item * 1024) + (ulong)d));
        return start;
    }

    private static double[,] Half(Interactions rows, double[,] known)
    {
        var (n, count) = (known.GetLength(1), known.GetLength(0));
        var (all, found) = (Dense.Product(Dense.Turned(known), known), new double[rows.Rows, n]);
        for (var row = 0; row < rows.Rows; row++)
        {
            if (rows.ColumnsOf(row).IsEmpty) continue;
            var (a, b, sum) = (new double[n, n], new double[n, 1], 0.0);
            for (var i = 0; i < rows.ColumnsOf(row).Length; i++)
            {
                var (other, c) = (rows.ColumnsOf(row)[i], Shops.Folding.Confidence(rows.WeightsOf(row)[i]));
                sum += c;
                for (var p = 0; p < n; p++)
                {
                    b[p, 0] += c * known[other, p];
                    for (var q = 0; q < n; q++) a[p, q] += c * known[other, p] * known[other, q];
                }
            }

            for (var p = 0; p < n; p++)
            {
                a[p, p] += Shops.Folding.Lambda(sum, count);
                for (var q = 0; q < n; q++) a[p, q] += Shops.Folding.Background * all[p, q];
            }

            var x = Dense.Solved(a, b);
            for (var p = 0; p < n; p++) found[row, p] = x[p, 0];
        }

        return found;
    }

    private static double Sum(double[,] items) => Sum(items, Half(People, items));

    private static double Sum(double[,] items, double[,] persons)
    {
        var (said, sum) = (Dense.Product(persons, Dense.Turned(items)), 0.0);
        foreach (var value in said) sum += Shops.Folding.Background * value * value;
        for (var person = 0; person < People.Rows; person++)
            for (var i = 0; i < People.ColumnsOf(person).Length; i++)
                sum += Shops.Folding.Confidence(People.WeightsOf(person)[i]) * Math.Pow(1 - said[person, People.ColumnsOf(person)[i]], 2);
        return sum + Held(People, persons) + Held(People.Turned(), items);
    }

    private static double Held(Interactions rows, double[,] vectors)
    {
        var sum = 0.0;
        for (var row = 0; row < rows.Rows; row++)
        {
            var (known, length) = (0.0, 0.0);
            foreach (var weight in rows.WeightsOf(row)) known += Shops.Folding.Confidence(weight);
            for (var d = 0; d < vectors.GetLength(1); d++) length += vectors[row, d] * vectors[row, d];
            sum += Shops.Folding.Lambda(known, rows.Width) * length;
        }

        return sum;
    }
}
