using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <summary>
/// The bootstrap over people: as many are drawn again and again from those there are, with the same draw for every measure and
/// contender, so that differences are paired. An interval goes from the 2.5th to the 97.5th percentile of what the draws give
/// (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
/// </summary>
internal sealed class Resampling
{
    private const double Outside = (1 - EvaluationReport.Level) / 2;

    private readonly double[][] drawn;

    private Resampling(IReadOnlyList<Measure> measures, int people, int resamples)
    {
        var figures = measures.Sum(m => m.Metrics.Count);
        (People, Values, drawn) = (people, new double[figures], new double[figures][]);
        for (var f = 0; f < figures; f++) drawn[f] = new double[resamples];
    }

    public int People { get; }

    /// <summary>The figures of all measures one after the other; not a number where one cannot be computed.</summary>
    public double[] Values { get; }

    public static Resampling Run(IReadOnlyList<Measure> measures, int people, int resamples, ulong seed, ParallelOptions how)
    {
        var all = new Resampling(measures, people, resamples);
        var once = new double[people];
        Array.Fill(once, 1);
        Measured(measures, once, all.Values);
        if (people < 2) return all;
        // A draw depends on its number alone, so it does not matter who makes it.
        Parallel.For(0, resamples, how, () => (Times: new double[people], Figures: new double[all.Values.Length]), (number, _, own) =>
        {
            Draw(Chance.Bits(seed, (ulong)number), own.Times);
            Measured(measures, own.Times, own.Figures);
            for (var f = 0; f < own.Figures.Length; f++) all.drawn[f][number] = own.Figures[f];
            return own;
        }, _ => { });
        return all;
    }

    public (double Low, double High)? Interval(int figure) => Interval([.. drawn[figure]], Values[figure]);

    /// <summary>How far one figure is above another.</summary>
    public (double Low, double High)? Interval(int figure, int above)
    {
        var differences = new double[drawn[figure].Length];
        for (var i = 0; i < differences.Length; i++) differences[i] = drawn[figure][i] - drawn[above][i];
        return Interval(differences, Values[figure] - Values[above]);
    }

    /// <summary>One of so many; one is likelier than another by less than 2^-32.</summary>
    public static int Below(int many, ulong seed, int place) => (int)Math.BigMul(Chance.Bits(seed, (ulong)place), (ulong)many, out _);

    private (double, double)? Interval(double[] draws, double value)
    {
        if (People < 2 || !double.IsFinite(value) || !Array.TrueForAll(draws, double.IsFinite)) return null;
        Array.Sort(draws);
        // Rounding, or a figure that draws can only raise, may leave the figure itself outside.
        return (Math.Min(Percentile(draws, Outside), value), Math.Max(Percentile(draws, 1 - Outside), value));
    }

    private static double Percentile(double[] rising, double share)
    {
        var at = share * (rising.Length - 1);
        var below = (int)at;
        return below + 1 < rising.Length ? rising[below] + ((at - below) * (rising[below + 1] - rising[below])) : rising[below];
    }

    private static void Draw(ulong seed, double[] times)
    {
        Array.Clear(times);
        for (var i = 0; i < times.Length; i++) times[Below(times.Length, seed, i)]++;
    }

    private static void Measured(IReadOnlyList<Measure> measures, double[] times, double[] figures)
    {
        var at = 0;
        foreach (var measure in measures)
        {
            measure.Of(times, figures.AsSpan(at, measure.Metrics.Count));
            at += measure.Metrics.Count;
        }
    }
}
