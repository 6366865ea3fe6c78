namespace Personalization.Training.Learning;

/// <summary>
/// What was learned about items, as scores of all items for somebody who met some. Holds nothing about anybody it was learned
/// from. Called from many threads at once.
/// </summary>
public interface IRecommender
{
    /// <summary>As reports and the registry call it, such as <c>als</c>.</summary>
    string Name { get; }

    /// <param name="items">What they met, rising.</param>
    /// <param name="weights">How strongly.</param>
    /// <param name="scores">A score for each item, met ones too; only their order means something.</param>
    void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores);
}
