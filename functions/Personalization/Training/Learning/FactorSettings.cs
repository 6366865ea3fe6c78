using Personalization.Decisions.Scoring;
using Personalization.Models;

namespace Personalization.Training.Learning;

/// <summary>How vectors are learned.</summary>
/// <param name="Dimensions">Length of a vector: a multiple of 8, at most 256.</param>
/// <param name="Folding">What makes a vector good.</param>
/// <param name="Sweeps">How often all people and all items are solved in turn.</param>
/// <param name="Steps">Steps of conjugate gradients for one vector in one sweep; 0 to solve each exactly, which takes longer and no fewer sweeps.</param>
/// <param name="Seed">What the first vectors are drawn from.</param>
public sealed record FactorSettings(int Dimensions, Folding Folding, int Sweeps = 15, int Steps = 3, ulong Seed = 1)
{
    /// <summary>Why nothing can be learned with them; null where it can.</summary>
    public string? Wrong() => this switch
    {
        _ when Dimensions is < FactorShape.DimensionStep or > FactorShape.MaxDimensions || Dimensions % FactorShape.DimensionStep != 0 => "dimensions are a multiple of 8 from 8 to 256",
        { Folding.IsValid: false } => "background and regularisation are above 0, scaling is from 0 to 1, slope is 0 or more",
        { Sweeps: < 1 or > 1000 } => "there are 1 to 1000 sweeps",
        { Steps: < 0 or > 1000 } => "there are 0 to 1000 steps",
        _ => null,
    };
}
