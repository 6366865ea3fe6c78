using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Training.Choosing;

/// <summary>What was learned, as decisions read it.</summary>
public static class Made
{
    /// <param name="keys">A key for each item.</param>
    public static FactorModel Of(string name, DateTimeOffset at, IReadOnlyList<ulong> keys, IRecommender learned) => learned switch
    {
        Factors vectors => Of(name, at, [.. keys], vectors),
        Neighbours near => FactorModel.Of(name, at, [.. keys], near.Near, 1),
        Blend both => FactorModel.Of(name, at, [.. keys], both.Near.Near, both.Share, Of(name, at, [.. keys], both.Vectors)),
        _ => throw new ArgumentException("not what decisions are made with", nameof(learned)),
    };

    private static FactorModel Of(string name, DateTimeOffset at, ReadOnlySpan<ulong> keys, Factors vectors) =>
        FactorModel.Of(name, at, keys, vectors.Rows(), vectors.Spectrum, vectors.Folding);
}
