using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Learning;

/// <summary>Matrices the long way, in double precision: what fast ones are compared with.</summary>
internal static class Dense
{
    public static double[,] Drawn(int rows, int columns, int seed)
    {
        var (random, drawn) = (new Random(seed), new double[rows, columns]);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) drawn[i, j] = (2 * random.NextDouble()) - 1;
        return drawn;
    }

    /// <summary>Symmetric, and stretches every direction by no less than one.</summary>
    public static double[,] Stretching(int n, int seed)
    {
        var drawn = Drawn(n, Math.Min(n, 12), seed);
        var product = Product(drawn, Turned(drawn));
        for (var i = 0; i < n; i++) product[i, i] += 1;
        return product;
    }

    public static double[,] Turned(double[,] a)
    {
        var turned = new double[a.GetLength(1), a.GetLength(0)];
        for (var i = 0; i < a.GetLength(0); i++)
            for (var j = 0; j < a.GetLength(1); j++) turned[j, i] = a[i, j];
        return turned;
    }

    public static double[,] Product(double[,] a, double[,] b)
    {
        var (rows, depth, columns) = (a.GetLength(0), a.GetLength(1), b.GetLength(1));
        var product = new double[rows, columns];
        for (var i = 0; i < rows; i++)
            for (var k = 0; k < depth; k++)
            {
                if (a[i, k] is var value && value == 0) continue;
                for (var j = 0; j < columns; j++) product[i, j] += value * b[k, j];
            }

        return product;
    }

    /// <summary>Gauss's elimination with the largest of each column on top: x of A·x = b for each column of b.</summary>
    public static double[,] Solved(double[,] matrix, double[,] right)
    {
        var (a, b, n, wide) = ((double[,])matrix.Clone(), (double[,])right.Clone(), right.GetLength(0), right.GetLength(1));
        for (var p = 0; p < n; p++)
        {
            Swap(a, b, p, Enumerable.Range(p, n - p).MaxBy(r => Math.Abs(a[r, p])));
            for (var r = 0; r < n; r++)
            {
                if (r == p || a[r, p] / a[p, p] is var share && share == 0) continue;
                for (var c = p; c < n; c++) a[r, c] -= share * a[p, c];
                for (var c = 0; c < wide; c++) b[r, c] -= share * b[p, c];
            }
        }

        for (var r = 0; r < n; r++)
            for (var c = 0; c < wide; c++) b[r, c] /= a[r, r];
        return b;
    }

    public static double[,] Unit(int n)
    {
        var unit = new double[n, n];
        for (var i = 0; i < n; i++) unit[i, i] = 1;
        return unit;
    }

    /// <summary>Who met what as a matrix; each value from its weight.</summary>
    public static double[,] Of(Interactions people, Func<float, double> value)
    {
        var dense = new double[people.Rows, people.Width];
        for (var row = 0; row < people.Rows; row++)
            for (var i = 0; i < people.ColumnsOf(row).Length; i++) dense[row, people.ColumnsOf(row)[i]] = value(people.WeightsOf(row)[i]);
        return dense;
    }

    public static Matrix Single(double[,] a)
    {
        var matrix = new Matrix(a.GetLength(0), a.GetLength(1));
        for (var i = 0; i < matrix.Rows; i++)
            for (var j = 0; j < matrix.Columns; j++) matrix[i][j] = (float)a[i, j];
        return matrix;
    }

    public static double[] Flat(double[,] a) => [.. a.Cast<double>()];

    private static void Swap(double[,] a, double[,] b, int r, int s)
    {
        for (var c = 0; c < a.GetLength(1); c++) (a[r, c], a[s, c]) = (a[s, c], a[r, c]);
        for (var c = 0; c < b.GetLength(1); c++) (b[r, c], b[s, c]) = (b[s, c], b[r, c]);
    }
}
