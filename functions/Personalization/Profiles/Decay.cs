namespace Personalization.Profiles;

/// <summary>
/// A sum whose parts fade by half every half-life: v(t) = Σ wᵢ · 2^(−(t−tᵢ)/H). Kept as the sum at the time of its newest
/// part, so a part that arrives late adds what it would have left over, and order does not matter but for rounding.
/// </summary>
public static class Decay
{
    /// <summary>Adds a part to a sum.</summary>
    public static void Add(ref float sum, ref uint sumAt, float weight, uint at, float halfLife)
    {
        if (at == sumAt) sum += weight;
        else if (at > sumAt) (sum, sumAt) = ((sum * Factor(at - sumAt, halfLife)) + weight, at);
        else sum += weight * Factor(sumAt - at, halfLife);
    }

    public static float At(float sum, uint sumAt, uint now, float halfLife) => now <= sumAt ? sum : sum * Factor(now - sumAt, halfLife);

    private static float Factor(uint age, float halfLife) => float.Exp2(-(age / halfLife));
}
