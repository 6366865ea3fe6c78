using System.Runtime.InteropServices;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>Products in tiles against plain loops, at sizes that fill no tile.</summary>
public sealed class ProductsTests
{
    [Theory]
    [InlineData(0, 5), InlineData(1, 1), InlineData(3, 17), InlineData(15, 16), InlineData(17, 63), InlineData(257, 65), InlineData(4100, 7), InlineData(300, 256), InlineData(33, 272)]
    public void The_sum_of_squares(int rows, int columns)
    {
        var dense = Dense.Drawn(rows, columns, rows + columns);
        var matrix = Dense.Single(dense);
        var sums = Gram.Of(matrix, 1);
        Assert.Equal(sums, Gram.Of(matrix, 3));
        var wanted = Dense.Product(Dense.Turned(dense), dense);
        // At most 256 products below 1 are summed in single precision at a time.
        for (var i = 0; i < columns; i++)
            for (var j = 0; j < columns; j++) Assert.Equal(wanted[i, j], sums[(i * columns) + j], 1e-7 * (rows + 1));
    }

    [Theory]
    [InlineData(1, 1), InlineData(3, 15), InlineData(5, 16), InlineData(63, 17), InlineData(65, 64), InlineData(130, 65), InlineData(7, 256), InlineData(66, 200)]
    public void Rows_times_a_square(int rows, int n)
    {
        var (dense, by) = (Dense.Drawn(rows, n, 1), Dense.Drawn(n, n, 2));
        var (wanted, matrix) = (Dense.Product(dense, by), Dense.Single(dense));
        Turned.Rows(matrix, Dense.Single(by), 2);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < n; j++) Assert.Equal(wanted[i, j], matrix[i][j], 1e-6 * Math.Sqrt(n));
            Assert.True(matrix[i][n..].IndexOfAnyExcept(0f) < 0, "what fills a row up stays nothing");
        }
    }

    [Theory]
    [InlineData(1, 3), InlineData(64, 16), InlineData(65, 20), InlineData(200, 33)]
    public void Rows_as_columns(int rows, int n)
    {
        var matrix = Dense.Single(Dense.Drawn(rows, n, 3));
        var columns = Turned.Columns(matrix).Span;
        for (var row = 0; row < (rows + 63) / 64 * 64; row++)
            for (var i = 0; i < matrix.Stride; i++)
                Assert.Equal(row < rows ? matrix[row][i] : 0, columns[((row / 64 * matrix.Stride) + i) * 64 + (row % 64)]);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(100)]
    public void One_tile(int depth)
    {
        var (x, y, into) = (new float[4 * 100], new float[64 * 100], new float[Tile.Size + 1]);
        for (var i = 0; i < x.Length; i++) x[i] = MathF.Sin(i);
        for (var i = 0; i < y.Length; i++) y[i] = MathF.Cos(i);
        into[^1] = 7;
        Tile.Product(ref x[0], 100, 1, ref y[0], 64, depth, ref MemoryMarshal.GetArrayDataReference(into));
        for (var row = 0; row < 4; row++)
            for (var column = 0; column < 64; column++)
            {
                var wanted = 0.0;
                for (var d = 0; d < depth; d++) wanted += (double)x[(row * 100) + d] * y[(d * 64) + column];
                Assert.Equal(wanted, into[(row * 64) + column], 1e-5);
            }

        Assert.Equal(7, into[^1]);
    }

    [Fact]
    public void Turned_rows_keep_their_products_and_lie_along_where_they_spread()
    {
        var (rows, partners) = (Dense.Drawn(200, 24, 1), Dense.Drawn(50, 24, 2));
        var (turned, with) = (Dense.Single(rows), Dense.Single(partners));
        var spectrum = Turning.Turn(turned, with, 2);
        var (before, now) = (Dense.Product(rows, Dense.Turned(partners)), 0.0);
        for (var i = 0; i < 200; i++)
            for (var j = 0; j < 50; j++) Assert.Equal(before[i, j], System.Numerics.Tensors.TensorPrimitives.Dot<float>(turned[i], with[j]), 1e-5);
        var sums = Gram.Of(turned, 1);
        for (var i = 0; i < 24; i++)
            for (var j = 0; j < 24; j++) now = Math.Max(now, Math.Abs(sums[(i * 24) + j] - (i == j ? spectrum[i] : 0)));
        Assert.True(now < 1e-4, $"{now}");
        Assert.Equal(spectrum.OrderDescending(), spectrum);
    }
}
