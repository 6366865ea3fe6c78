using Personalization.Models;

namespace Personalization.Training.Learning;

/// <summary>How vectors are learned.</summary>
/// <param name="Dimensions">Length of a vector: a multiple of 8, at most 256.</param>
/// <param name="Folding">What makes a vector good.</param>
/// <param name="Sweeps">How often all people and all items are solved in turn.</param>
/// <param name="Steps">Steps of conjugate gradients for one vector in one sweep.</param>
/// <param name="Seed">What the first vectors are drawn from.</param>
public sealed record FactorSettings(int Dimensions, Folding Folding, int Sweeps = 15, int Steps = 3, ulong Seed = 1);
