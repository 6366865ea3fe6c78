namespace Personalization.Training.Evaluating;

/// <summary>Exposure among groups of each kind; what counts is the kind that is shown least fairly.</summary>
internal static class Exposures
{
    private static readonly string[] Worst = [Metrics.ExposureGap, Metrics.ExposureRatio];

    public static (IReadOnlyList<Measure> Measures, IReadOnlyList<GroupExposure>? Groups) Of(Listing listing, Panel panel, int shown, IReadOnlyList<ItemGroups> groups, double smallest)
    {
        if (groups.Count == 0) return ([Measure.None(Worst, "items are in no groups")], null);
        Exposure[] kinds = [.. groups.Select(g => Exposure.Of(listing, panel, shown, g, smallest))];
        Exposure[] measured = [.. kinds.Where(k => k.Why is null)];
        Measure worst = measured.Length == 0 ? Measure.None(Worst, kinds[0].Why!) : new(Worst, (times, figures) => Least(measured, times, figures));
        // Of one kind the worst says it all.
        IEnumerable<Measure> each = groups.Count == 1 ? [] : groups.Zip(kinds, (g, k) => By(Metrics.ExposureGapBy(g.Kind), k));
        return ([worst, .. each], kinds.All(k => k.Groups is null) ? null : [.. kinds.SelectMany(k => k.Groups ?? [])]);
    }

    private static Measure By(string metric, Exposure kind) => kind.Why is { } why ? Measure.None([metric], why) : new([metric], (times, figures) =>
    {
        Span<double> both = stackalloc double[Worst.Length];
        kind.Measured(times, both);
        figures[0] = both[0];
    });

    /// <summary>The largest gap and the least ratio of any kind; a kind that has none in this draw is left out.</summary>
    private static void Least(Exposure[] kinds, ReadOnlySpan<double> times, Span<double> figures)
    {
        Span<double> both = stackalloc double[Worst.Length];
        figures.Fill(double.NaN);
        foreach (var kind in kinds)
        {
            kind.Measured(times, both);
            if (!(both[0] <= figures[0]) && !double.IsNaN(both[0])) figures[0] = both[0];
            if (!(both[1] >= figures[1]) && !double.IsNaN(both[1])) figures[1] = both[1];
        }
    }
}
