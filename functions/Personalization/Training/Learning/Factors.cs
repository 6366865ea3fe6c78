using System.Numerics.Tensors;
using Personalization.Decisions.Scoring;
using Personalization.Models;

namespace Personalization.Training.Learning;

/// <summary>Learned vectors of items. Whoever met some of them gets a vector of their own for the moment.</summary>
public sealed class Factors : IRecommender
{
    private readonly Matrix vectors;
    private readonly float[] spectrum;

    private Factors(Matrix vectors, float[] spectrum, Folding folding) => (this.vectors, this.spectrum, Folding) = (vectors, spectrum, folding);

    public string Name => "als";

    public Folding Folding { get; }

    public ReadOnlySpan<float> Spectrum => spectrum;

    public int Items => vectors.Rows;

    /// <summary>The vectors one after the other, as a model file has them.</summary>
    public float[] Rows()
    {
        var rows = new float[vectors.Rows * vectors.Columns];
        for (var item = 0; item < vectors.Rows; item++) this[item].CopyTo(rows.AsSpan(item * vectors.Columns));
        return rows;
    }

    public ReadOnlySpan<float> this[int item] => vectors[item][..vectors.Columns];

    /// <exception cref="ArithmeticException">A value, or the sum of squares of a dimension, is no number.</exception>
    internal static Factors Of(Matrix vectors, Folding folding, int threads)
    {
        var learned = new Factors(vectors, Turning.Turn(vectors, null, threads), folding);
        var finite = float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(learned.spectrum));
        for (var item = 0; finite && item < vectors.Rows; item++) finite = float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(vectors[item]));
        return finite ? learned : throw new ArithmeticException("a vector that was learned holds a value that is no number");
    }

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var person = new Aligned<float>(vectors.Stride).Span;
        Fold(items, weights, person);
        for (var item = 0; item < scores.Length; item++) scores[item] = TensorPrimitives.Dot(person, vectors[item]);
    }

    /// <summary>The vector of somebody who met some items.</summary>
    internal void Fold(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> person)
    {
        var (confidences, diagonal, known) = (new float[items.Length], new float[vectors.Stride], 0.0);
        for (var i = 0; i < items.Length; i++) known += confidences[i] = (float)Folding.Confidence(weights[i]);
        var lambda = (float)Folding.Lambda(known, vectors.Rows);
        for (var d = 0; d < diagonal.Length; d++) diagonal[d] = lambda + (d < spectrum.Length ? Folding.Background * spectrum[d] : 0);
        new ExactSolver(vectors.Stride).Solve(vectors, items, confidences, diagonal, person);
    }
}
