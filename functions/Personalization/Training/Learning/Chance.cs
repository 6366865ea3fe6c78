namespace Personalization.Training.Learning;

/// <summary>Numbers that look drawn by chance and are the same for the same seed and place. For what need not be secret.</summary>
internal static class Chance
{
    /// <summary>A standard normal number, by Box and Muller.</summary>
    public static double Normal(ulong seed, ulong place)
    {
        var (u, v) = (Uniform(seed, 2 * place), Uniform(seed, (2 * place) + 1));
        return Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>From 0 up to below 1.</summary>
    public static double Uniform(ulong seed, ulong place) => (Bits(seed, place) >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64's mixing of a counter.</summary>
    public static ulong Bits(ulong seed, ulong place)
    {
        var z = Mix(seed) + (place * 0x9E3779B97F4A7C15);
        return Mix(z + 0x9E3779B97F4A7C15);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
