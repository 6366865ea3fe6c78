using System.Security.Cryptography;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Training.Privacy.Noise;

/// <summary>Adds noise to sums of whole numbers, and says how much it was.</summary>
/// <param name="generator">Makes a cryptographic generator for each thread.</param>
internal sealed class NoiseSource(Func<RandomNumberGenerator> generator)
{
    private const int Together = 1 << 14;

    /// <summary>That of the operating system: the only one outside of tests.</summary>
    public static NoiseSource Secure { get; } = new(RandomNumberGenerator.Create);

    /// <summary>
    /// The whole σ whose loss is at most this, where one person moves the numbers by at most Δ: rounded up, which loses less.
    /// </summary>
    public static int Sigma(double sensitivity, Rho loss)
    {
        var sigma = Math.Ceiling(loss.Sigma(sensitivity) * (1 + 1e-12));
        return sigma <= DiscreteGaussian.MostSigma ? Math.Max(1, (int)sigma) : throw new ArgumentOutOfRangeException(nameof(loss), "so little may be lost that there would be nothing but noise");
    }

    /// <summary>Adds noise of its own to each number. Which thread draws what changes nothing: all draws are alike and apart.</summary>
    public void Add(long[] sums, int sigma, ParallelOptions how) =>
        Parallel.For(0, (sums.Length + Together - 1) / Together, how, () => (Generator: generator(), Noise: (DiscreteGaussian?)null), (block, _, local) =>
        {
            var noise = local.Noise ?? new(sigma, new(local.Generator));
            foreach (ref var sum in sums.AsSpan(block * Together, Math.Min(Together, sums.Length - (block * Together)))) sum += noise.Next();
            return (local.Generator, noise);
        }, static local => local.Generator.Dispose());
}
