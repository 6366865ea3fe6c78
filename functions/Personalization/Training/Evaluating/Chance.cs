namespace Personalization.Training.Evaluating;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): chance that is the same for the same seed on every machine. For resampling only;
/// whatever protects somebody takes the secure generator.
/// </summary>
internal struct Chance(ulong seed)
{
    private ulong state = seed;

    /// <summary>The one of many that belongs to a number, so that work can be shared out in any order.</summary>
    public static Chance Of(ulong seed, int number) => new(new Chance(seed ^ (0xD1B54A32D192ED03 * ((ulong)number + 1))).Next());

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>One of so many, from 0; one is likelier than another by less than 2^-32.</summary>
    public int Below(int many) => (int)Math.BigMul(Next(), (ulong)many, out _);
}
