using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Training.Learning;

/// <summary>
/// The directions along which a symmetric matrix only stretches, and by how much: first brought to three diagonals by
/// reflections, then to one by rotations with shifts. In double precision and always in the same order, so that the same matrix
/// comes out the same.
/// </summary>
internal static class SymmetricEigen
{
    private const int MaxTurns = 60;

    /// <summary>Row i of the directions is the i-th one; the widest first.</summary>
    /// <param name="matrix">n rows of n; used up.</param>
    public static (double[] Values, double[] Directions) Of(Span<double> matrix, int n)
    {
        var (values, beside, directions) = (new double[n], new double[n], new double[n * n]);
        ThreeDiagonals(matrix, n, values, beside, directions);
        for (var l = 0; l < n; l++) Settle(values, beside, directions, n, l);
        var order = Enumerable.Range(0, n).OrderByDescending(i => values[i]).ThenBy(i => i).ToArray();
        var ordered = new double[n * n];
        for (var i = 0; i < n; i++) directions.AsSpan(order[i] * n, n).CopyTo(ordered.AsSpan(i * n));
        return (Array.ConvertAll(order, i => values[i]), ordered);
    }

    private static void ThreeDiagonals(Span<double> a, int n, double[] values, double[] beside, double[] directions)
    {
        var (mirrors, strengths) = (new double[n * n], new double[n]);
        var p = new double[n];
        for (var k = 0; k < n; k++)
        {
            values[k] = a[(k * n) + k];
            if (k == n - 1) break;
            var size = n - k - 1;
            var v = mirrors.AsSpan((k * n) + k + 1, size);
            a.Slice((k * n) + k + 1, size).CopyTo(v);
            beside[k] = v[0];
            // However little stands farther out, it counts.
            if (Dot(v[1..], v[1..]) is var rest && rest == 0) continue;
            var length = Math.Sqrt((v[0] * v[0]) + rest);
            beside[k] = v[0] > 0 ? -length : length;
            v[0] -= beside[k];
            strengths[k] = 2 / Dot(v, v);
            Reflect(a, n, k + 1, v, strengths[k], p.AsSpan(0, size));
        }

        for (var i = 0; i < n; i++) directions[(i * n) + i] = 1;
        // Rows are the columns of all reflections one after the other; the last ones change the fewest.
        for (var k = n - 2; k >= 0; k--)
        {
            if (strengths[k] == 0) continue;
            var v = mirrors.AsSpan((k * n) + k + 1, n - k - 1);
            for (var i = k + 1; i < n; i++) AddScaled(v, -strengths[k] * Dot(v, directions.AsSpan((i * n) + k + 1, v.Length)), directions.AsSpan((i * n) + k + 1, v.Length));
        }
    }

    /// <summary>The part of a matrix below and right of a place, mirrored from both sides.</summary>
    private static void Reflect(Span<double> a, int n, int from, ReadOnlySpan<double> v, double strength, Span<double> p)
    {
        for (var i = 0; i < v.Length; i++) p[i] = strength * Dot(a.Slice(((from + i) * n) + from, v.Length), v);
        AddScaled(v, -strength / 2 * Dot(p, v), p);
        for (var i = 0; i < v.Length; i++)
        {
            var row = a.Slice(((from + i) * n) + from, v.Length);
            AddScaled(p, -v[i], row);
            AddScaled(v, -p[i], row);
        }
    }

    /// <summary>Turns until nothing stands beside a place of the diagonal.</summary>
    private static void Settle(double[] d, double[] e, double[] directions, int n, int l)
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var m = l;
            while (m < n - 1 && Math.Abs(e[m]) > double.Epsilon && Math.Abs(e[m]) > 1.1e-16 * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))) m++;
            if (m == l) return;
            var g = (d[l + 1] - d[l]) / (2 * e[l]);
            g = d[m] - d[l] + (e[l] / (g + Math.CopySign(double.Hypot(g, 1), g)));
            var (s, c, p, i) = (1.0, 1.0, 0.0, m - 1);
            for (; i >= l; i--)
            {
                var (f, b) = (s * e[i], c * e[i]);
                var r = double.Hypot(f, g);
                e[i + 1] = r;
                if (r == 0) break;
                (s, c) = (f / r, g / r);
                g = d[i + 1] - p;
                r = ((d[i] - g) * s) + (2 * c * b);
                p = s * r;
                d[i + 1] = g + p;
                g = (c * r) - b;
                Rotate(directions.AsSpan(i * n, n), directions.AsSpan((i + 1) * n, n), c, s);
            }

            if (i >= l)
            {
                d[i + 1] -= p;
                e[m] = 0;
                continue;
            }

            (d[l], e[l], e[m]) = (d[l] - p, g, 0);
        }
    }

    private static void Rotate(Span<double> low, Span<double> high, double c, double s)
    {
        ref var a = ref MemoryMarshal.GetReference(low);
        ref var b = ref MemoryMarshal.GetReference(high);
        nuint k = 0;
        for (; k + 8 <= (nuint)low.Length; k += 8)
        {
            var (x, y) = (Vector512.LoadUnsafe(ref a, k), Vector512.LoadUnsafe(ref b, k));
            ((x * s) + (y * c)).StoreUnsafe(ref b, k);
            ((x * c) - (y * s)).StoreUnsafe(ref a, k);
        }

        for (var i = (int)k; i < low.Length; i++) (low[i], high[i]) = ((c * low[i]) - (s * high[i]), (s * low[i]) + (c * high[i]));
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        var (s, t, k) = (Vector512<double>.Zero, Vector512<double>.Zero, (nuint)0);
        for (; k + 16 <= (nuint)a.Length; k += 16)
        {
            s = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, k), Vector512.LoadUnsafe(ref y, k), s);
            t = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, k + 8), Vector512.LoadUnsafe(ref y, k + 8), t);
        }

        var sum = Vector512.Sum(s + t);
        for (var i = (int)k; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void AddScaled(ReadOnlySpan<double> what, double by, Span<double> to) => TensorPrimitives.MultiplyAdd(what, by, to, to);
}
