using System.Runtime.InteropServices;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>Every row of a matrix times a square one, where it lies.</summary>
internal static class Turned
{
    private const int Run = 64;

    /// <param name="rows">Gets the products.</param>
    /// <param name="by">As wide and as high as the rows are long.</param>
    public static void Rows(Matrix rows, Matrix by, int threads)
    {
        var blocks = Blocks(by);
        Parallel.For(0, (rows.Rows + Run - 1) / Run, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new Aligned<float>(Tile.Rows * rows.Stride), (run, _, copy) =>
        {
            var end = Math.Min((run + 1) * Run, rows.Rows);
            for (var row = run * Run; row < end; row += Tile.Rows) Four(rows.All.Slice(row * rows.Stride, Math.Min(Tile.Rows, end - row) * rows.Stride), rows.Stride, blocks, copy.Span);
            return copy;
        }, _ => { });
    }

    /// <summary>The matrix in blocks of sixty-four columns, each filled up with zeros.</summary>
    private static Aligned<float> Blocks(Matrix by)
    {
        var count = (by.Stride + Tile.Columns - 1) / Tile.Columns;
        var blocks = new Aligned<float>(count * Tile.Columns * by.Stride);
        for (var row = 0; row < by.Rows; row++)
            for (var block = 0; block < count; block++)
            {
                var part = by[row][(block * Tile.Columns)..];
                part[..Math.Min(part.Length, Tile.Columns)].CopyTo(blocks.Span[(((block * by.Stride) + row) * Tile.Columns)..]);
            }

        return blocks;
    }

    private static void Four(Span<float> place, int width, Aligned<float> blocks, Span<float> copy)
    {
        Span<float> sums = stackalloc float[Tile.Size];
        place.CopyTo(copy);
        for (var column = 0; column < width; column += Tile.Columns)
        {
            Tile.Product(ref MemoryMarshal.GetReference(copy), width, 1, ref blocks.Span[column * width], Tile.Columns, width, ref MemoryMarshal.GetReference(sums));
            for (var row = 0; row * width < place.Length; row++)
            {
                var into = place.Slice((row * width) + column, Math.Min(Tile.Columns, width - column));
                sums.Slice(row * Tile.Columns, into.Length).CopyTo(into);
            }
        }
    }
}
