namespace Personalization.Training.Drifting;

/// <summary>How far something has moved between two pictures.</summary>
/// <param name="Name">What.</param>
/// <param name="Psi">The population stability index, Σ (p - q) · ln(p / q).</param>
/// <param name="Ks">The largest difference of the shares up to some bin; null where bins do not follow each other.</param>
/// <param name="Breach">Whether that is far, and farther than chance would have it.</param>
public sealed record Shift(string Name, double Psi, double? Ks, bool Breach);

/// <summary>What tells two pictures apart. Pure.</summary>
public static class Drift
{
    /// <summary>A bin that is empty now and then must not make the index infinite.</summary>
    private const double Half = 0.5;

    /// <summary>
    /// Among people who did not change at all, n1·n2/(n1+n2) times the index is spread as chi-square with a degree less than there
    /// are bins: six deviations above its mean are exceeded less than once in 100,000 looks for the bins there are.
    /// </summary>
    private const double Deviations = 6;

    /// <summary>√(ln(2/α)/2) for α = 1 in 100,000: Smirnov's bound for two samples.</summary>
    private const double Smirnov = 2.471;

    /// <summary>What both have, in order.</summary>
    public static IReadOnlyList<Shift> Between(Picture then, Picture now, DriftOptions options) =>
    [
        .. from before in then.Spreads
           join after in now.Spreads on before.Name equals after.Name
           where before.Counts.Count == after.Counts.Count && before.Counts.Sum() > 0 && after.Counts.Sum() > 0
           select Of(before, after, Together(then.People, now.People), options),
    ];

    private static Shift Of(Spread before, Spread after, double people, DriftOptions options)
    {
        var (psi, ks) = (Psi(before.Counts, after.Counts), before.IsOrdered ? Ks(before.Counts, after.Counts) : (double?)null);
        var free = before.Counts.Count - 1.0;
        var far = psi > options.Psi && psi * people > free + (Deviations * Math.Sqrt(2 * free));
        return new(before.Name, psi, ks, far || (ks > options.Ks && ks > Smirnov / Math.Sqrt(people)));
    }

    public static double Psi(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        var (p, q, sum) = (Shares(before), Shares(after), 0.0);
        for (var i = 0; i < p.Length; i++) sum += (q[i] - p[i]) * Math.Log(q[i] / p[i]);
        return sum;
    }

    public static double Ks(IReadOnlyList<double> before, IReadOnlyList<double> after)
    {
        var (a, b, most) = (0.0, 0.0, 0.0);
        for (var i = 0; i < before.Count; i++)
        {
            (a, b) = (a + (before[i] / before.Sum()), b + (after[i] / after.Sum()));
            most = Math.Max(most, Math.Abs(a - b));
        }

        return most;
    }

    private static double[] Shares(IReadOnlyList<double> counts)
    {
        var all = counts.Sum() + (Half * counts.Count);
        return [.. counts.Select(c => (c + Half) / all)];
    }

    private static double Together(double one, double other) => one * other / (one + other);
}

/// <summary>From when on drift makes a model be trained anew.</summary>
/// <param name="Psi">The population stability index that is too far.</param>
/// <param name="Ks">The difference of shares that is too far.</param>
/// <param name="Sample">People that are looked at.</param>
/// <param name="Pause">No run is begun by drift so long after another was.</param>
public sealed record DriftOptions(double Psi, double Ks, int Sample, TimeSpan Pause)
{
    public static DriftOptions Read(Settings s) => new(
        s.Double("Training:DriftPsi", 0.25, 0.01, 10, "population stability index of a feature or of scores that begins a training run"),
        s.Double("Training:DriftKs", 0.2, 0.01, 1, "difference of shares (Kolmogorov and Smirnov) that does"),
        s.Int("Training:DriftSample", 2000, 100, 100_000, "people that are looked at for it every hour"),
        s.Time("Training:DriftPause", TimeSpan.FromHours(2), TimeSpan.FromMinutes(10), TimeSpan.FromDays(30), "how long after any training run drift begins none"));
}
