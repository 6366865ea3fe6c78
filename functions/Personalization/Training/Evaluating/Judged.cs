namespace Personalization.Training.Evaluating;

/// <summary>What one contender listed, as measures over people; all contenders have the same ones in the same order.</summary>
internal sealed class Judged
{
    private const string NobodyAsked = "nobody has anything to be found";
    private const string NothingListed = "nothing was listed for anybody";

    private readonly int noNumbers;
    private readonly IReadOnlyList<CalibrationBin>? bins;
    private readonly IReadOnlyList<GroupExposure>? groups;

    private Judged(string name, int noNumbers, List<Measure> measures, IReadOnlyList<CalibrationBin>? bins, IReadOnlyList<GroupExposure>? groups)
    {
        (Name, this.noNumbers, Measures, this.bins, this.groups) = (name, noNumbers, measures, bins, groups);
        Metrics = [.. measures.SelectMany(m => m.Metrics.Select(name => (name, m.Why)))];
    }

    public string Name { get; }

    public IReadOnlyList<Measure> Measures { get; }

    public IReadOnlyList<(string Metric, string? Why)> Metrics { get; }

    public static Judged Of(Contender contender, Panel panel, Asked asked, Popularities popularities, IReadOnlyList<ItemGroups> groups, EvaluationOptions options, ParallelOptions how)
    {
        var listing = Listing.Of(contender.Model, panel, asked, options.Depth, how);
        var calibration = Calibration.Of(listing, panel, options.Shown, options.Bins, contender.Probabilities);
        var (exposures, shares) = Exposures.Of(listing, panel, options.Shown, groups, options.SmallestGroup);
        List<Measure> measures = [.. Accuracy(listing, panel, options.Cuts), .. Popularity(listing, panel, popularities, options.Shown)];
        measures.Add(listing.People == 0 ? Measure.None([Evaluating.Metrics.Coverage], NobodyAsked) : Coverage.Of(listing, options.Shown, panel.Train.Width));
        measures.Add(calibration.Measure);
        measures.AddRange(exposures);
        return new(contender.Name, listing.NoNumbers, measures, calibration.Bins, shares);
    }

    public ContenderReport Report(IReadOnlyList<Figure> figures, IReadOnlyList<Comparison> against) => new(Name, noNumbers, figures, against, bins, groups);

    private static IEnumerable<Measure> Accuracy(Listing listing, Panel panel, IReadOnlyList<int> cuts) =>
        from metric in new (Func<int, string> Name, Judge Judge)[]
        {
            (Evaluating.Metrics.Recall, ListMetrics.Recall), (Evaluating.Metrics.Ndcg, ListMetrics.Ndcg),
            (Evaluating.Metrics.Map, ListMetrics.AveragePrecision), (Evaluating.Metrics.HitRate, ListMetrics.HitRate),
        }
        from k in cuts
        select Measure.MeanOfSome(metric.Name(k), Each(listing.People, place => metric.Judge(listing.Items(place), panel.Wanted(place), k)), NobodyAsked);

    private static IEnumerable<Measure> Popularity(Listing listing, Panel panel, Popularities popularities, int shown)
    {
        var why = listing.People == 0 ? NobodyAsked : NothingListed;
        yield return Measure.MeanOfSome(Evaluating.Metrics.Novelty, Each(listing.People, p => popularities.Surprise(listing.Items(p, shown))), why);
        var percentiles = Each(listing.People, p => popularities.Percentile(listing.Items(p, shown)));
        yield return Measure.MeanOfSome(Evaluating.Metrics.Popularity, percentiles, why);
        yield return Measure.MeanOfSome(Evaluating.Metrics.PopularityBias, Each(listing.People, p => percentiles[p] - popularities.Percentile(panel.Met(p))), why);
    }

    private static double[] Each(int people, Func<int, double> value)
    {
        var values = new double[people];
        for (var place = 0; place < people; place++) values[place] = value(place);
        return values;
    }

    private delegate double Judge(ReadOnlySpan<int> list, ReadOnlySpan<int> wanted, int k);
}
