using System.Security.Cryptography;
using Personalization.Training.Privacy.Noise;

namespace Personalization.Tests.Training.Privacy.Noise;

/// <summary>The same noise again and again, on one thread.</summary>
internal sealed class Seeded(int seed) : RandomNumberGenerator
{
    private readonly Random random = new(seed);

    public static ParallelOptions OneThread { get; } = new() { MaxDegreeOfParallelism = 1 };

    public static NoiseSource Source(int seed) => new(() => new Seeded(seed));

    public override void GetBytes(byte[] data) => random.NextBytes(data);
}
