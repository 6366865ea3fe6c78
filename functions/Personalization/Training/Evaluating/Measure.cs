using System.Runtime.Intrinsics;

namespace Personalization.Training.Evaluating;

/// <summary>
/// Figures that people make up together, each person counting a number of times: once for the figure itself, and as often as
/// they were drawn in a resample. A figure that cannot be computed is not a number.
/// </summary>
/// <param name="Metrics">What the figures are called.</param>
/// <param name="Of">Writes them.</param>
/// <param name="Why">Why there are none; null where there are.</param>
internal sealed record Measure(IReadOnlyList<string> Metrics, Measured Of, string? Why = null)
{
    public static Measure None(IReadOnlyList<string> metrics, string why) => new(metrics, (_, figures) => figures.Fill(double.NaN), why);

    /// <summary>The mean of a value over people.</summary>
    public static Measure Mean(string metric, double[] values) => new([metric], (times, figures) => figures[0] = Dot(times, values) / times.Length);

    /// <summary>The mean over those people who have a value; others have one that is not a number.</summary>
    public static Measure MeanOfSome(string metric, double[] values, string why)
    {
        if (!values.Any(double.IsNaN)) return values.Length == 0 ? None([metric], why) : Mean(metric, values);
        if (values.All(double.IsNaN)) return None([metric], why);
        double[] there = [.. values.Select(v => double.IsNaN(v) ? 0 : 1.0)];
        double[] known = [.. values.Select(v => double.IsNaN(v) ? 0 : v)];
        return new([metric], (times, figures) => figures[0] = Dot(times, known) / Dot(times, there));
    }

    /// <summary>A sum of products in one order, so that it is the same to the bit on every machine.</summary>
    public static double Dot(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        var sum = Vector256<double>.Zero;
        var at = 0;
        for (; at <= values.Length - Vector256<double>.Count; at += Vector256<double>.Count)
            sum += Vector256.Create(times[at..]) * Vector256.Create(values[at..]);
        var total = sum[0] + sum[1] + (sum[2] + sum[3]);
        for (; at < values.Length; at++) total += times[at] * values[at];
        return total;
    }
}

internal delegate void Measured(ReadOnlySpan<double> times, Span<double> figures);
