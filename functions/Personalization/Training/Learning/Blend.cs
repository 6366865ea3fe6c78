using System.Numerics.Tensors;

namespace Personalization.Training.Learning;

/// <summary>Two models' scores together, each brought to the same spread over all items first.</summary>
/// <param name="share">How much the second counts beside the first.</param>
public sealed class Blend(IRecommender first, IRecommender second, float share) : IRecommender
{
    public string Name => $"{first.Name}+{second.Name}";

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var other = new float[scores.Length];
        first.Score(items, weights, scores);
        second.Score(items, weights, other);
        TensorPrimitives.Multiply(scores, Scale(scores), scores);
        TensorPrimitives.MultiplyAdd(other, share * Scale(other), scores, scores);
    }

    private static float Scale(ReadOnlySpan<float> scores)
    {
        var mean = TensorPrimitives.Sum(scores) / scores.Length;
        var spread = Math.Sqrt(Math.Max(0, (TensorPrimitives.SumOfSquares(scores) / scores.Length) - (mean * mean)));
        return spread > 0 && double.IsFinite(spread) ? (float)(1 / spread) : 0;
    }
}
