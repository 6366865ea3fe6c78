using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>A matrix times its inverse is one, at every size about the blocks in which it is found.</summary>
public sealed class InverseTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(63), InlineData(64), InlineData(65), InlineData(255), InlineData(256), InlineData(257), InlineData(260), InlineData(513), InlineData(700)]
    public void Of_large_ones(int n)
    {
        var dense = Dense.Stretching(n, n);
        foreach (var threads in new[] { 1, 3 })
        {
            var matrix = Dense.Single(dense);
            // What is above the diagonal is not read.
            for (var i = 0; i < n; i++) matrix[i][(i + 1)..n].Fill(float.NaN);
            Inverse.Of(matrix, threads, default);
            var inverse = new double[n, n];
            for (var i = 0; i < n; i++)
                for (var j = 0; j <= i; j++) inverse[i, j] = inverse[j, i] = matrix[i][j];
            // Single precision: about 2⁻²⁴ for each step, times how much more the matrix stretches one direction than another, here below 2n.
            Near(dense, inverse, 6e-8 * 2 * n * Math.Sqrt(n) * 4);
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(5), InlineData(64), InlineData(200)]
    public void Of_small_ones(int n)
    {
        var dense = Dense.Stretching(n, n);
        var inverse = Dense.Flat(dense);
        SmallInverse.Of(inverse, n);
        var back = new double[n, n];
        for (var i = 0; i < n * n; i++) back[i / n, i % n] = inverse[i];
        Near(dense, back, 1.1e-16 * 2 * n * Math.Sqrt(n) * 8);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        var (one, three) = (Dense.Single(Dense.Stretching(600, 1)), Dense.Single(Dense.Stretching(600, 1)));
        Inverse.Of(one, 1, default);
        Inverse.Of(three, 3, default);
        for (var i = 0; i < 600; i++) Assert.True(one[i][..(i + 1)].SequenceEqual(three[i][..(i + 1)]));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void One_that_does_not_stretch_every_direction_is_refused(double value)
    {
        var dense = Dense.Stretching(300, 1);
        foreach (var at in new[] { 0, 255, 256, 299 })
        {
            var matrix = Dense.Single(dense);
            matrix[at][..(at + 1)].Clear();
            for (var below = at; below < 300; below++) matrix[below][at] = 0;
            matrix[at][at] = (float)value;
            Assert.Throws<ArithmeticException>(() => Inverse.Of(matrix, 1, default));
        }
    }

    [Fact]
    public void It_stops_where_it_is_told_to() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Inverse.Of(Dense.Single(Dense.Stretching(300, 1)), 2, new(canceled: true)));

    /// <summary>Every seventh row of the product, the first and the last ones.</summary>
    private static void Near(double[,] matrix, double[,] inverse, double tolerance)
    {
        var n = matrix.GetLength(0);
        foreach (var i in Enumerable.Range(0, n).Where(i => i % 7 == 0 || i > n - 3))
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < n; k++) sum += matrix[i, k] * inverse[j, k];
                Assert.Equal(i == j ? 1 : 0, sum, tolerance);
            }
    }
}
