using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>
/// What items say of each other as a signal that spreads over the graph of people and items: one step to the items that the same
/// people met, each person and item counting less the more they have, plus what is left of the signal in the slowest waves of the
/// graph. Shen and others 2021.
/// </summary>
internal static class GraphFilter
{
    /// <summary>Most items: beyond, every item's word on every other takes too long.</summary>
    public const int MostItems = 50_000;

    /// <param name="waves">How many of the slowest waves.</param>
    /// <param name="share">How much they count beside one step.</param>
    /// <param name="kept">Most others for one item.</param>
    public static Neighbours Learn(Interactions people, int waves, float share, int kept, ulong seed, int threads, CancellationToken stop)
    {
        if (waves is < 1 or > SingularVectors.Most) throw new ArgumentOutOfRangeException(nameof(waves), waves, "1 to 1000");
        if (!(share >= 0) || !float.IsFinite(share)) throw new ArgumentOutOfRangeException(nameof(share), share, "0 or more");
        if (people.Width > MostItems) throw new ArgumentException("more items than can be compared each with each", nameof(people));
        people = people.Ordered();
        if (people.Rows == 0) return Neighbours.Of("graph", people.Width, kept, 0, threads, (_, _) => { }, stop);
        var items = people.Turned();
        var weighted = Scaled(people, items);
        var (vectors, _) = SingularVectors.Of(weighted, waves, seed, threads, stop);
        var (back, roots) = (weighted.Turned(), new float[people.Width]);
        for (var item = 0; item < roots.Length; item++) roots[item] = MathF.Sqrt(items.ColumnsOf(item).Length);
        var columns = Turned.Columns(vectors);
        return Neighbours.Of("graph", people.Width, kept, 0, threads, (first, rows) =>
        {
            Waves(vectors, columns, first, rows);
            for (var item = first; item < Math.Min(first + rows.Rows, people.Width); item++)
            {
                var row = rows[item - first];
                TensorPrimitives.Multiply(row[..roots.Length], roots, row);
                TensorPrimitives.Multiply(row, roots[item] > 0 ? share / roots[item] : 0, row);
                Step(weighted, back, item, row);
            }
        }, stop);
    }

    /// <summary>The products of some items' waves with those of all. Each block of columns is read once for all of these items.</summary>
    private static void Waves(Matrix vectors, Aligned<float> columns, int first, Matrix rows)
    {
        Span<float> sums = stackalloc float[Tile.Size];
        var some = new Aligned<float>(rows.Rows * vectors.Stride).Span;
        vectors.All.Slice(first * vectors.Stride, Math.Min(rows.Rows, vectors.Rows - first) * vectors.Stride).CopyTo(some);
        for (var at = 0; at < rows.Columns; at += Tile.Columns)
            for (var from = 0; from < rows.Rows; from += Tile.Rows)
            {
                Tile.Product(ref some[from * vectors.Stride], vectors.Stride, 1, ref columns.Span[at * vectors.Stride], Tile.Columns, vectors.Stride, ref MemoryMarshal.GetReference(sums));
                for (var row = 0; row < Tile.Rows; row++)
                {
                    var into = rows[from + row][at..];
                    into = into[..Math.Min(Tile.Columns, into.Length)];
                    sums.Slice(row * Tile.Columns, into.Length).CopyTo(into);
                }
            }
    }

    private static void Step(Interactions weighted, Interactions back, int item, Span<float> row)
    {
        var met = back.ColumnsOf(item);
        var own = back.WeightsOf(item);
        for (var i = 0; i < met.Length; i++)
        {
            var others = weighted.ColumnsOf(met[i]);
            var theirs = weighted.WeightsOf(met[i]);
            for (var j = 0; j < others.Length; j++) row[others[j]] += own[i] * theirs[j];
        }
    }

    /// <summary>Each pair over the roots of what its person and its item have.</summary>
    private static Interactions Scaled(Interactions people, Interactions items)
    {
        var builder = new InteractionsBuilder(people.Width);
        for (var row = 0; row < people.Rows; row++)
        {
            var met = people.ColumnsOf(row);
            var scaled = new (int, float)[met.Length];
            for (var i = 0; i < met.Length; i++) scaled[i] = (met[i], 1 / MathF.Sqrt((float)met.Length * items.ColumnsOf(met[i]).Length));
            builder.Add(scaled);
        }

        return builder.Build();
    }
}
