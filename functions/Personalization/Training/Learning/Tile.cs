using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Personalization.Training.Learning;

/// <summary>
/// The product of four rows and sixty-four columns, sixteen registers of sums: what all large products here are made of.
/// </summary>
/// <remarks>Stored at once and without a branch: with anything after the loop the sums would be kept in memory during it.</remarks>
internal static class Tile
{
    public const int Rows = 4;
    public const int Columns = 4 * Matrix.Step;
    public const int Size = Rows * Columns;

    /// <param name="x">The first value of the first row.</param>
    /// <param name="row">How far the next row is.</param>
    /// <param name="next">How far the next value of a row is.</param>
    /// <param name="y">The first values of the columns, side by side.</param>
    /// <param name="below">How far the next values of the columns are.</param>
    /// <param name="depth">How many values there are.</param>
    /// <param name="into">Gets the sums, row by row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product(ref float x, nint row, nint next, ref float y, nint below, int depth, ref float into)
    {
        var a0 = Vector512<float>.Zero;
        var a1 = Vector512<float>.Zero;
        var a2 = Vector512<float>.Zero;
        var a3 = Vector512<float>.Zero;
        var b0 = Vector512<float>.Zero;
        var b1 = Vector512<float>.Zero;
        var b2 = Vector512<float>.Zero;
        var b3 = Vector512<float>.Zero;
        var c0 = Vector512<float>.Zero;
        var c1 = Vector512<float>.Zero;
        var c2 = Vector512<float>.Zero;
        var c3 = Vector512<float>.Zero;
        var d0 = Vector512<float>.Zero;
        var d1 = Vector512<float>.Zero;
        var d2 = Vector512<float>.Zero;
        var d3 = Vector512<float>.Zero;
        var (second, third, fourth) = (row, 2 * row, 3 * row);
        for (; depth > 0; depth--)
        {
            var y0 = Vector512.LoadUnsafe(ref y);
            var y1 = Vector512.LoadUnsafe(ref y, 16);
            var y2 = Vector512.LoadUnsafe(ref y, 32);
            var y3 = Vector512.LoadUnsafe(ref y, 48);
            var value = Vector512.Create(x);
            a0 = Vector512.FusedMultiplyAdd(value, y0, a0);
            a1 = Vector512.FusedMultiplyAdd(value, y1, a1);
            a2 = Vector512.FusedMultiplyAdd(value, y2, a2);
            a3 = Vector512.FusedMultiplyAdd(value, y3, a3);
            value = Vector512.Create(Unsafe.Add(ref x, second));
            b0 = Vector512.FusedMultiplyAdd(value, y0, b0);
            b1 = Vector512.FusedMultiplyAdd(value, y1, b1);
            b2 = Vector512.FusedMultiplyAdd(value, y2, b2);
            b3 = Vector512.FusedMultiplyAdd(value, y3, b3);
            value = Vector512.Create(Unsafe.Add(ref x, third));
            c0 = Vector512.FusedMultiplyAdd(value, y0, c0);
            c1 = Vector512.FusedMultiplyAdd(value, y1, c1);
            c2 = Vector512.FusedMultiplyAdd(value, y2, c2);
            c3 = Vector512.FusedMultiplyAdd(value, y3, c3);
            value = Vector512.Create(Unsafe.Add(ref x, fourth));
            d0 = Vector512.FusedMultiplyAdd(value, y0, d0);
            d1 = Vector512.FusedMultiplyAdd(value, y1, d1);
            d2 = Vector512.FusedMultiplyAdd(value, y2, d2);
            d3 = Vector512.FusedMultiplyAdd(value, y3, d3);
            x = ref Unsafe.Add(ref x, next);
            y = ref Unsafe.Add(ref y, below);
        }

        a0.StoreUnsafe(ref into);
        a1.StoreUnsafe(ref into, 16);
        a2.StoreUnsafe(ref into, 32);
        a3.StoreUnsafe(ref into, 48);
        b0.StoreUnsafe(ref into, 64);
        b1.StoreUnsafe(ref into, 80);
        b2.StoreUnsafe(ref into, 96);
        b3.StoreUnsafe(ref into, 112);
        c0.StoreUnsafe(ref into, 128);
        c1.StoreUnsafe(ref into, 144);
        c2.StoreUnsafe(ref into, 160);
        c3.StoreUnsafe(ref into, 176);
        d0.StoreUnsafe(ref into, 192);
        d1.StoreUnsafe(ref into, 208);
        d2.StoreUnsafe(ref into, 224);
        d3.StoreUnsafe(ref into, 240);
    }
}
