namespace Personalization.Training.Evaluating;

/// <summary>Makes figures of numbers: what is no number is absent, and the figure says why.</summary>
internal static class Figures
{
    private const string Undefined = "it is not defined for these people";
    private const string OnePerson = "one person shows nothing about others";
    private const string SomeUndefined = "it is not defined for some draws of these people";

    public static Figure Of(string metric, string? why, Resampling resampling, int figure) =>
        Figure(metric, why, resampling, resampling.Values[figure], () => resampling.Interval(figure));

    public static Figure Difference(string metric, string? why, Resampling resampling, int figure, int above) =>
        Figure(metric, why, resampling, resampling.Values[figure] - resampling.Values[above], () => resampling.Interval(figure, above));

    private static Figure Figure(string metric, string? why, Resampling resampling, double value, Func<(double Low, double High)?> interval)
    {
        if (why is not null || !double.IsFinite(value)) return new(metric, null, null, null, why ?? Undefined);
        return interval() is { } there
            ? new(metric, value, there.Low, there.High)
            : new(metric, value, null, null, resampling.People < 2 ? OnePerson : SomeUndefined);
    }
}
