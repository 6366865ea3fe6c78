using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>What items say of each other and what vectors say, together. Both guess how likely something is met, so they add up as they are.</summary>
/// <param name="share">How much the neighbours count, from 0 to 1; vectors count the rest.</param>
public sealed class Blend(Neighbours near, Factors vectors, float share) : IRecommender
{
    public string Name => $"{near.Name}+{vectors.Name}";

    public Neighbours Near => near;

    public Factors Vectors => vectors;

    public float Share => share;

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var other = new float[scores.Length];
        near.Score(items, weights, scores);
        vectors.Score(items, weights, other);
        TensorPrimitives.Multiply(scores, share, scores);
        TensorPrimitives.MultiplyAdd(other, 1 - share, scores, scores);
    }
}
