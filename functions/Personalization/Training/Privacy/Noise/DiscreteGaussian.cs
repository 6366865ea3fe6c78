namespace Personalization.Training.Privacy.Noise;

/// <summary>
/// Whole numbers x with a chance of just e^(−x²/(2σ²)) / Σ e^(−y²/(2σ²)): normal noise without floating-point numbers, whose gaps
/// tell what was added to (Mironov 2012). Canonne, Kamath and Steinke 2020, algorithms 1 to 3, with a whole σ.
/// </summary>
/// <remarks>
/// All chances are ratios of whole numbers and every comparison is exact, so that the distribution is too. How long a number takes
/// depends on it; nobody who must not know it should be able to time training to a microsecond.
/// </remarks>
internal sealed class DiscreteGaussian
{
    /// <summary>Most σ: squares of forty times as much still fit 64 bits, and anything beyond comes once in e^800 draws.</summary>
    public const int MostSigma = 1 << 26;

    private readonly ulong sigma;
    private readonly ulong twice;
    private readonly SecureBits bits;

    public DiscreteGaussian(int sigma, SecureBits bits)
    {
        if (sigma is < 1 or > MostSigma) throw new ArgumentOutOfRangeException(nameof(sigma));
        (this.sigma, twice, this.bits) = ((ulong)sigma, 2 * (ulong)sigma * (ulong)sigma, bits);
    }

    /// <remarks>
    /// Of numbers with a chance in proportion to e^(−|y|/σ), one is taken with the chance e^(−(|y| − σ)²/(2σ²)). The product of both
    /// is e^(−y²/(2σ²)) · e^(−1/2), because −|y|/σ − (|y| − σ)²/(2σ²) = −y²/(2σ²) − 1/2.
    /// </remarks>
    public long Next()
    {
        while (true)
        {
            var y = Laplace();
            var off = (ulong)Math.Abs(Math.Abs(y) - (long)sigma);
            if (ExpOfMinus(off * off, twice)) return y;
        }
    }

    /// <summary>y with a chance in proportion to e^(−|y|/σ).</summary>
    /// <remarks>
    /// u + σ·v with u below σ taken with the chance e^(−u/σ), and v the number of times that e⁻¹ came true, is x ≥ 0 with the chance in
    /// proportion to e^(−x/σ). With a sign, 0 would come twice; one of them is drawn again.
    /// </remarks>
    private long Laplace()
    {
        while (true)
        {
            var u = bits.Below(sigma);
            if (!ExpOfLessThanOne(u, sigma)) continue;
            var v = 0UL;
            while (ExpOfLessThanOne(1, 1)) v++;
            var x = (long)(u + (sigma * v));
            var minus = (bits.Next() & 1) == 1;
            if (!minus) return x;
            if (x != 0) return -x;
        }
    }

    /// <summary>True with the chance e^(−n/d): e⁻¹ for each whole one, and the rest.</summary>
    private bool ExpOfMinus(ulong n, ulong d)
    {
        for (; n > d; n -= d)
            if (!ExpOfLessThanOne(1, 1)) return false;
        return ExpOfLessThanOne(n, d);
    }

    /// <summary>True with the chance e^(−n/d), for n ≤ d.</summary>
    /// <remarks>
    /// With γ = n/d, chances of γ/1, γ/2, γ/3 … are tried until one does not come true. That it is not before the k-th has the chance
    /// γ^(k−1)/(k−1)!, so that an odd k has Σ γ^j/j! over even j less the same over odd j, which is e^(−γ).
    /// </remarks>
    private bool ExpOfLessThanOne(ulong n, ulong d)
    {
        var k = 1UL;
        while (bits.Chance(n, d * k)) k++;
        return (k & 1) == 1;
    }
}
