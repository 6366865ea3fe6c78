using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>Every direction is only stretched, all stand straight on each other, and the widest comes first.</summary>
public sealed class SymmetricEigenTests
{
    /// <summary>Backward error of reflections and rotations is a small multiple of n · 2⁻⁵³ of the largest value.</summary>
    private static double Tolerance(int n) => 20 * n * 1.1e-16;

    [Fact]
    public void Of_any_size()
    {
        for (var n = 1; n <= 70; n++) Check(Symmetric(n, n), n);
        Check(Symmetric(256, 1), 256);
    }

    [Theory]
    [InlineData("nothing"), InlineData("unit"), InlineData("diagonal"), InlineData("one direction"), InlineData("few directions"), InlineData("pairs"), InlineData("tiny"), InlineData("huge"), InlineData("wide apart"), InlineData("against"), InlineData("nearly three diagonals")]
    public void Where_directions_are_alike_or_lost_or_far_apart(string kind)
    {
        foreach (var n in new[] { 1, 2, 3, 8, 17, 64 }) Check(Special(kind, n), n);
    }

    [Fact]
    public void The_same_matrix_comes_out_the_same()
    {
        var (first, second) = (SymmetricEigen.Of(Dense.Flat(Symmetric(33, 1)), 33), SymmetricEigen.Of(Dense.Flat(Symmetric(33, 1)), 33));
        Assert.Equal(first.Values, second.Values);
        Assert.Equal(first.Directions, second.Directions);
    }

    [Fact]
    public void What_is_no_number_ends_without_hanging()
    {
        foreach (var value in new[] { double.NaN, double.PositiveInfinity })
        {
            var broken = Symmetric(20, 1);
            (broken[3, 7], broken[7, 3]) = (value, value);
            Assert.Contains(SymmetricEigen.Of(Dense.Flat(broken), 20).Values, v => !double.IsFinite(v));
        }
    }

    private static void Check(double[,] matrix, int n)
    {
        var (values, directions) = SymmetricEigen.Of(Dense.Flat(matrix), n);
        var largest = matrix.Cast<double>().Max(Math.Abs);
        var off = 0.0;
        for (var i = 0; i < n; i++)
        {
            Assert.True(i == 0 || values[i] <= values[i - 1], "the widest come first");
            for (var r = 0; r < n; r++)
            {
                var image = 0.0;
                for (var c = 0; c < n; c++) image += matrix[r, c] * directions[(i * n) + c];
                off = Math.Max(off, Math.Abs(image - (values[i] * directions[(i * n) + r])));
            }

            for (var other = 0; other <= i; other++)
            {
                var dot = 0.0;
                for (var c = 0; c < n; c++) dot += directions[(i * n) + c] * directions[(other * n) + c];
                Assert.Equal(i == other ? 1 : 0, dot, Tolerance(n));
            }
        }

        Assert.True(off <= Tolerance(n) * largest, $"{n}: {off / largest} of the largest");
    }

    private static double[,] Symmetric(int n, int seed)
    {
        var (drawn, sum) = (Dense.Drawn(n, n, seed), new double[n, n]);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) sum[i, j] = drawn[i, j] + drawn[j, i];
        return sum;
    }

    private static double[,] Special(string kind, int n)
    {
        var few = Dense.Drawn(n, Math.Max(1, n / 4), n);
        return kind switch
        {
            "nothing" => new double[n, n],
            "unit" => Dense.Unit(n),
            "diagonal" => Made(n, (i, j) => i == j ? (i % 3) - 1 : 0),
            "one direction" => Made(n, (_, _) => 1),
            "few directions" => Dense.Product(few, Dense.Turned(few)),
            "pairs" => Made(n, (i, j) => i / 2 == j / 2 ? 1 : 0),
            "tiny" => Made(n, (i, j) => 1e-90 * (i + j)),
            "huge" => Made(n, (i, j) => 1e76 / (1 + i + j)),
            "wide apart" => Made(n, (i, j) => Math.Pow(10, -(i + j) / 4.0)),
            "against" => Made(n, (i, j) => i + j == n - 1 ? 1 : 0),
            // What stands farther out is small and must count nevertheless.
            _ => Made(n, (i, j) => i == j ? 1 : Math.Abs(i - j) == 1 ? 0.5 : 1e-9 * Math.Cos(i * j)),
        };
    }

    private static double[,] Made(int n, Func<int, int, double> value)
    {
        var made = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) made[i, j] = value(i, j);
        return made;
    }
}
