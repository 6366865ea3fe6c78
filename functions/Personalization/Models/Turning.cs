using System.Numerics.Tensors;

namespace Personalization.Models;

/// <summary>
/// Turns vectors so that Σ y·yᵀ becomes a diagonal: along the directions in which they spread, the widest first. Found by
/// Jacobi's rotations in double precision, always in the same order, so that the same vectors come out the same.
/// </summary>
internal static class Turning
{
    private const int MaxSweeps = 60;
    private const double Enough = 1e-12;

    /// <summary>Turns the rows where they lie; gives the diagonal.</summary>
    public static float[] Turn(Span<float> rows, int dimensions)
    {
        var (sums, directions) = (Sums(rows, dimensions), Unit(dimensions));
        for (var sweep = 0; sweep < MaxSweeps && Rest(sums, dimensions) > Enough * Trace(sums, dimensions); sweep++)
            for (var p = 0; p < dimensions - 1; p++)
                for (var q = p + 1; q < dimensions; q++) Rotate(sums, directions, dimensions, p, q);
        var order = Enumerable.Range(0, dimensions).OrderByDescending(d => sums[(d * dimensions) + d]).ThenBy(d => d).ToArray();
        Apply(rows, directions, order);
        return Array.ConvertAll(order, d => (float)Math.Max(0, sums[(d * dimensions) + d]));
    }

    private static double[] Sums(ReadOnlySpan<float> rows, int dimensions)
    {
        var sums = new double[dimensions * dimensions];
        var wide = new double[dimensions];
        for (var at = 0; at < rows.Length; at += dimensions)
        {
            TensorPrimitives.ConvertTruncating(rows.Slice(at, dimensions), wide.AsSpan());
            for (var i = 0; i < dimensions; i++)
            {
                var into = sums.AsSpan(i * dimensions, dimensions);
                TensorPrimitives.MultiplyAdd<double>(wide, wide[i], into, into);
            }
        }

        return sums;
    }

    /// <summary>Turns two directions so that the sums have nothing where they cross. Row i of <paramref name="directions"/> is the i-th direction.</summary>
    private static void Rotate(double[] sums, double[] directions, int n, int p, int q)
    {
        var crossing = sums[(p * n) + q];
        if (crossing == 0) return;
        var theta = (sums[(q * n) + q] - sums[(p * n) + p]) / (2 * crossing);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        for (var k = 0; k < n; k++) Mix(ref sums[(k * n) + p], ref sums[(k * n) + q], c, s);
        for (var k = 0; k < n; k++) Mix(ref sums[(p * n) + k], ref sums[(q * n) + k], c, s);
        for (var k = 0; k < n; k++) Mix(ref directions[(p * n) + k], ref directions[(q * n) + k], c, s);
        (sums[(p * n) + q], sums[(q * n) + p]) = (0, 0);
    }

    private static void Mix(ref double a, ref double b, double c, double s) => (a, b) = ((c * a) - (s * b), (s * a) + (c * b));

    private static void Apply(Span<float> rows, double[] directions, int[] order)
    {
        var n = order.Length;
        var (row, turned) = (new double[n], new float[n]);
        for (var at = 0; at < rows.Length; at += n)
        {
            var place = rows.Slice(at, n);
            TensorPrimitives.ConvertTruncating<float, double>(place, row);
            for (var d = 0; d < n; d++) turned[d] = (float)TensorPrimitives.Dot<double>(directions.AsSpan(order[d] * n, n), row);
            turned.CopyTo(place);
        }
    }

    private static double[] Unit(int n)
    {
        var unit = new double[n * n];
        for (var i = 0; i < n; i++) unit[(i * n) + i] = 1;
        return unit;
    }

    private static double Rest(double[] sums, int n)
    {
        var rest = 0.0;
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                if (i != j) rest += Math.Abs(sums[(i * n) + j]);
        return rest;
    }

    private static double Trace(double[] sums, int n)
    {
        var trace = 0.0;
        for (var i = 0; i < n; i++) trace += sums[(i * n) + i];
        return trace;
    }
}
