namespace Personalization.Training.Privacy.Accounting;

/// <summary>
/// A privacy loss in zero-concentrated differential privacy: the Rényi divergence of every order α &gt; 1 between what comes out
/// with somebody and without them is at most ρ·α. Bun and Steinke 2016.
/// </summary>
/// <remarks>
/// Losses of releases about the same people add up, also where a later release was chosen by what an earlier one said
/// (lemma 2.3 there); nothing that is computed from a release alone adds to it (lemma 2.2).
/// </remarks>
public readonly record struct Rho
{
    /// <summary>Halvings of an interval, after which nothing is left of it in double precision.</summary>
    private const int Halvings = 200;

    /// <summary>More than what rounding can lose here; always added to the side of more loss.</summary>
    private const double Rounding = 1e-12;

    public Rho(double value)
    {
        if (double.IsNaN(value) || value < 0) throw new ArgumentOutOfRangeException(nameof(value), "a loss is 0 or more");
        Value = value;
    }

    public double Value { get; }

    public static Rho operator +(Rho a, Rho b) => new(a.Value + b.Value);

    /// <summary>
    /// The loss of normal noise: between N(0, σ²) and N(Δ, σ²) the divergence of order α is α·Δ²/(2·σ²), so ρ = Δ²/(2·σ²). The same
    /// holds for noise of whole numbers on what is a whole number: Canonne, Kamath and Steinke 2020, theorem 14.
    /// </summary>
    /// <param name="sensitivity">Δ: how far, in Euclid's length, one person can move what is released.</param>
    /// <param name="sigma">σ of the noise on each of its numbers.</param>
    public static Rho Gaussian(double sensitivity, double sigma)
    {
        if (!(sensitivity >= 0) || !(sigma > 0)) throw new ArgumentOutOfRangeException(nameof(sigma), "the noise has to be more than nothing");
        var ratio = sensitivity / sigma;
        return new(ratio * ratio / 2);
    }

    /// <summary>σ of noise that loses just this where one person moves the result by at most Δ.</summary>
    public double Sigma(double sensitivity) => sensitivity / Math.Sqrt(2 * Value);

    /// <summary>ε = ρ + 2·√(ρ·ln(1/δ)): the bound that everybody can check by hand. Bun and Steinke 2016, proposition 1.3.</summary>
    public double SimpleEpsilon(double delta) => Value + (2 * Math.Sqrt(Value * Log(delta)));

    /// <summary>The least ε that ρ proves together with δ.</summary>
    /// <remarks>
    /// For every order α &gt; 1 the mechanism is (ε, δ)-private with
    ///   ε(α) = α·ρ + ln(1 − 1/α) + (ln(1/δ) − ln α)/(α − 1)
    /// (Canonne, Kamath and Steinke 2020, proposition 12). With h(α) = (α − 1)·ε(α), h″ = 2ρ + 1/(α − 1) − 1/α &gt; 0, so that ε(α),
    /// a convex function over a rising line, falls to one minimum and rises from there. It lies where ε′ = 0, which is
    ///   (α − 1)²·ρ + ln α = ln(1/δ),
    /// whose left side rises with α; there ε = (2α − 1)·ρ + ln(1 − 1/α). As ε(α) is a valid bound for every α, an α that is found
    /// only nearly costs tightness and never truth.
    /// </remarks>
    public double Epsilon(double delta)
    {
        var log = Log(delta);
        if (Value == 0 || double.IsPositiveInfinity(Value)) return Value;
        // Above the root: both terms are 0 or more, so α − 1 is at most √(ln(1/δ)/ρ), and ln α at most ln(1/δ).
        var (low, high) = (0.0, Math.Min(Math.Sqrt(log / Value), Math.Min(1 / delta, double.MaxValue)));
        for (var i = 0; i < Halvings; i++)
        {
            var middle = low + ((high - low) / 2);
            if ((middle * middle * Value) + Log1(middle) < log) low = middle;
            else high = middle;
        }

        return Math.Max(0, At(high, log) * (1 + Rounding));
    }

    /// <summary>The most loss that is still (ε, δ)-private, as far as <see cref="Epsilon"/> proves it.</summary>
    public static Rho Most(double epsilon, double delta)
    {
        if (!(epsilon >= 0) || double.IsInfinity(epsilon)) throw new ArgumentOutOfRangeException(nameof(epsilon), "ε is 0 or more, and finite");
        // ε rises with ρ: it is the least of what rises with it for each α.
        var (low, high) = (0.0, 1.0);
        while (new Rho(high).Epsilon(delta) <= epsilon) (low, high) = (high, high * 2);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = low + ((high - low) / 2);
            if (new Rho(middle).Epsilon(delta) <= epsilon) low = middle;
            else high = middle;
        }

        return new(low);
    }

    /// <summary>A part of it, such as for one of several steps.</summary>
    public Rho Part(double share) => share is > 0 and <= 1 ? new(Value * share) : throw new ArgumentOutOfRangeException(nameof(share), "a part is above 0 and at most the whole");

    /// <param name="above">α − 1.</param>
    /// <param name="log">ln(1/δ).</param>
    private double At(double above, double log) => ((1 + above) * Value) - Log1(1 / above) + ((log - Log1(above)) / above);

    /// <summary>ln(1 + x), also for small ones. Kahan's: what rounding loses in the sum is lost in both, and the ratio is right.</summary>
    private static double Log1(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : double.IsInfinity(sum) ? double.PositiveInfinity : Math.Log(sum) * (x / (sum - 1));
    }

    private static double Log(double delta) => delta is > 0 and < 1 ? -Math.Log(delta) : throw new ArgumentOutOfRangeException(nameof(delta), "δ is between 0 and 1");
}
