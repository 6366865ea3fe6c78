using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>One vector against the equations it solves.</summary>
public sealed class RowSolverTests
{
    private const int Dimensions = 24;
    private static readonly double[,] Known = Dense.Drawn(2000, Dimensions, 1);

    /// <summary>Enough steps find the vector; single precision keeps it within 2⁻²⁴ times how much farther one direction is stretched than another.</summary>
    [Theory]
    [InlineData(0, 1f), InlineData(1, 1f), InlineData(5, 1f), InlineData(1500, 1f), InlineData(1024, 1f), InlineData(1025, 1f), InlineData(5, 100f), InlineData(40, 100f), InlineData(1500, 1e-3f), InlineData(40, 1e-2f)]
    public void Enough_steps_find_the_vector(int met, float lambda)
    {
        var (chosen, confidences, diagonal) = Asked(met, lambda);
        var x = new float[32];
        new RowSolver(32).Improve(Dense.Single(Known), chosen, confidences, diagonal, 200, x);
        var wanted = Wanted(chosen, confidences, diagonal);
        var worst = Enumerable.Range(0, Dimensions).Max(d => Math.Abs(wanted[d] - x[d]));
        Assert.True(worst <= 2e-4 * (1 + wanted.Max(Math.Abs)), $"{worst}");
        Assert.All(x[Dimensions..], v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(5, 1f), InlineData(1500, 1f), InlineData(40, 1e-2f)]
    public void Every_step_makes_the_sum_smaller_and_none_is_needed_at_the_end(int met, float lambda)
    {
        var (chosen, confidences, diagonal) = Asked(met, lambda);
        var (known, solver, x) = (Dense.Single(Known), new RowSolver(32), new float[32]);
        var before = Sum(chosen, confidences, diagonal, x);
        for (var step = 0; step < 8; step++)
        {
            solver.Improve(known, chosen, confidences, diagonal, 1, x);
            var now = Sum(chosen, confidences, diagonal, x);
            Assert.True(now <= before * (1 + 1e-6), $"{step}: {before} {now}");
            before = now;
        }

        solver.Improve(known, chosen, confidences, diagonal, 0, x);
        Assert.Equal(before, Sum(chosen, confidences, diagonal, x));
    }

    [Fact]
    public void One_person_leaves_nothing_for_the_next()
    {
        var (known, used) = (Dense.Single(Known), new RowSolver(32));
        var (many, c, d) = Asked(1500, 1);
        used.Improve(known, many, c, d, 5, new float[32]);
        var (few, confidences, diagonal) = Asked(3, 1);
        var (one, other) = (new float[32], new float[32]);
        used.Improve(known, few, confidences, diagonal, 5, one);
        new RowSolver(32).Improve(known, few, confidences, diagonal, 5, other);
        Assert.Equal(other, one);
    }

    private static (int[] Met, float[] Confidences, float[] Diagonal) Asked(int met, float lambda) =>
        ([.. Enumerable.Range(0, met).Select(i => i * 7 % 2000).Order()], [.. Enumerable.Range(0, met).Select(i => 1 + (i % 5 * 0.5f))], [.. Enumerable.Range(0, 32).Select(i => lambda * (1 + i))]);

    private static double[] Wanted(int[] met, float[] confidences, float[] diagonal)
    {
        var (a, b) = (new double[Dimensions, Dimensions], new double[Dimensions, 1]);
        for (var d = 0; d < Dimensions; d++) a[d, d] = diagonal[d];
        for (var i = 0; i < met.Length; i++)
            for (var p = 0; p < Dimensions; p++)
            {
                b[p, 0] += confidences[i] * Known[met[i], p];
                for (var q = 0; q < Dimensions; q++) a[p, q] += confidences[i] * Known[met[i], p] * Known[met[i], q];
            }

        return Dense.Flat(Dense.Solved(a, b));
    }

    private static double Sum(int[] met, float[] confidences, float[] diagonal, float[] x)
    {
        var sum = 0.0;
        for (var d = 0; d < Dimensions; d++) sum += (double)diagonal[d] * x[d] * x[d];
        for (var i = 0; i < met.Length; i++)
        {
            var said = 0.0;
            for (var d = 0; d < Dimensions; d++) said += Known[met[i], d] * x[d];
            sum += confidences[i] * (1 - said) * (1 - said);
        }

        return sum;
    }
}
