using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>
/// The directions among items in which people differ most: the first right singular vectors of a matrix of people and items,
/// by turning some more vectors than wanted, drawn by chance, towards them again and again. Halko, Martinsson and Tropp 2011.
/// </summary>
internal static class SingularVectors
{
    /// <summary>Most vectors: what they are drawn from has room for so many.</summary>
    public const int Most = 1000;

    private const int More = 16;
    private const int Rounds = 6;

    /// <param name="people">The matrix; weights are its values.</param>
    /// <returns>A row for each item, a column for each vector, the strongest first; and their strengths.</returns>
    public static (Matrix Vectors, float[] Values) Of(Interactions people, int count, ulong seed, int threads, CancellationToken stop)
    {
        var wide = Math.Min(count + More, Math.Min(people.Rows, people.Width));
        var (items, persons, vectors) = (people.Turned(), new Matrix(people.Rows, wide), new Matrix(people.Width, wide));
        for (var item = 0; item < vectors.Rows; item++)
            for (var d = 0; d < wide; d++) vectors[item][d] = (float)Chance.Normal(seed, ((ulong)item * 1024) + (ulong)d);
        var values = new float[wide];
        for (var round = 0; round < Rounds; round++)
        {
            Straighten(vectors, threads);
            Multiply(people, vectors, persons, threads, stop);
            Multiply(items, persons, vectors, threads, stop);
        }

        // Now R·V, turned until its columns stand straight on each other: lengths are the strengths.
        Straighten(vectors, threads);
        Straighten(vectors, threads);
        Multiply(people, vectors, persons, threads, stop);
        var lengths = Turning.Turn(persons, vectors, threads);
        for (var i = 0; i < wide; i++) values[i] = MathF.Sqrt(lengths[i]);
        return (First(vectors, count), values.AsSpan(0, Math.Min(count, wide)).ToArray());
    }

    /// <summary>Makes the columns stand straight on each other, each of length 1; a direction that is not there becomes nothing.</summary>
    private static void Straighten(Matrix vectors, int threads)
    {
        var lengths = Turning.Turn(vectors, null, threads);
        var scale = new float[vectors.Stride];
        for (var i = 0; i < lengths.Length; i++) scale[i] = lengths[i] > 1e-12f * lengths[0] ? 1 / MathF.Sqrt(lengths[i]) : 0;
        for (var row = 0; row < vectors.Rows; row++) TensorPrimitives.Multiply(vectors[row], scale, vectors[row]);
    }

    private static void Multiply(Interactions rows, Matrix by, Matrix into, int threads, CancellationToken stop) =>
        Parallel.For(0, rows.Rows, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, row =>
        {
            var columns = rows.ColumnsOf(row);
            var values = rows.WeightsOf(row);
            var sum = into[row];
            sum.Clear();
            for (var i = 0; i < columns.Length; i++) TensorPrimitives.MultiplyAdd(by[columns[i]], values[i], sum, sum);
        });

    private static Matrix First(Matrix vectors, int count)
    {
        if (count >= vectors.Columns) return vectors;
        var first = new Matrix(vectors.Rows, count);
        for (var row = 0; row < vectors.Rows; row++) vectors[row][..count].CopyTo(first[row]);
        return first;
    }
}
