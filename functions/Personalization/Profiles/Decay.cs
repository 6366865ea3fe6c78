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

    /// <summary>
    /// 2^(−age/H) to one part in five million, in a third of the library's time: whole half-lives are taken off the exponent,
    /// and the rest, as 2^(−1/2) · e^y with |y| at most ln 2 / 2, is a series whose next term is y⁷/7! below 1.2 · 10⁻⁷.
    /// </summary>
    private static float Factor(uint age, float halfLife)
    {
        var lives = age / halfLife;
        if (lives == 0) return 1;
        if (lives >= 126) return 0;
        var whole = (int)lives;
        var y = (0.5f - (lives - whole)) * 0.693147181f;
        var series = (1 / 120f) + (y / 720);
        series = (1 / 6f) + (y * ((1 / 24f) + (y * series)));
        series = 1 + (y * (1 + (y * (0.5f + (y * series)))));
        return 0.707106781f * series * BitConverter.Int32BitsToSingle((127 - whole) << 23);
    }
}
