namespace Personalization.Training.Evaluating;

/// <summary>
/// The expected calibration error: what is shown is divided by its score into bins of as many each, and the differences between a
/// bin's mean score and its share of hits are averaged. Scores that are equal stay together, so that the order of people changes
/// nothing. Only for scores that are said to be probabilities: others mean nothing but an order, and bending them into
/// probabilities here would measure the bending. Draws can only raise an error that is next to 0, so its interval leans upwards.
/// </summary>
internal sealed class Calibration
{
    private static readonly string[] Name = [Metrics.CalibrationError];

    private Calibration(Measure measure, IReadOnlyList<CalibrationBin>? bins) => (Measure, Bins) = (measure, bins);

    public Measure Measure { get; }

    public IReadOnlyList<CalibrationBin>? Bins { get; }

    public static Calibration Of(Listing listing, Panel panel, int shown, int bins, bool probabilities)
    {
        if (!probabilities) return new(Measure.None(Name, "its scores are not said to be probabilities, they only order items"), null);
        var all = Shown(listing, panel, shown);
        if (all.Count == 0) return new(Measure.None(Name, "nothing was listed for anybody"), null);
        if (all.Exists(s => s.Score is < 0 or > 1)) return new(Measure.None(Name, "scores that are said to be probabilities are not between 0 and 1"), null);
        all.Sort((a, b) => a.Score.CompareTo(b.Score));
        var ends = Ends(all, bins);
        return new(Error(all, ends, listing.People), Described(all, ends));
    }

    private static List<Scored> Shown(Listing listing, Panel panel, int shown)
    {
        var all = new List<Scored>();
        for (var place = 0; place < listing.People; place++)
        {
            var items = listing.Items(place, shown);
            for (var i = 0; i < items.Length; i++) all.Add(new(place, listing.Scores(place)[i], ListMetrics.Hit(items[i], panel.Wanted(place))));
        }

        return all;
    }

    private static List<int> Ends(List<Scored> rising, int bins)
    {
        var ends = new List<int>();
        for (var bin = 1; bin <= bins; bin++)
        {
            var end = (int)((long)rising.Count * bin / bins);
            while (end > 0 && end < rising.Count && rising[end].Score == rising[end - 1].Score) end++;
            if (end > (ends.Count > 0 ? ends[^1] : 0)) ends.Add(end);
        }

        return ends;
    }

    private static Measure Error(List<Scored> rising, List<int> ends, int people)
    {
        // By bin and person: how much more was promised than came.
        double[][] over = [.. ends.Select(_ => new double[people])];
        var count = new double[people];
        for (int i = 0, bin = 0; i < rising.Count; i++)
        {
            if (i == ends[bin]) bin++;
            over[bin][rising[i].Place] += rising[i].Score - (rising[i].Hit ? 1 : 0);
            count[rising[i].Place]++;
        }

        return new(Name, (times, figures) =>
        {
            var sum = 0.0;
            foreach (var bin in over) sum += Math.Abs(Measure.Dot(times, bin));
            figures[0] = sum / Measure.Dot(times, count);
        });
    }

    private static List<CalibrationBin> Described(List<Scored> rising, List<int> ends)
    {
        var described = new List<CalibrationBin>();
        var from = 0;
        foreach (var end in ends)
        {
            var bin = rising.GetRange(from, end - from);
            described.Add(new(bin.Average(s => s.Score), (double)bin.Count(s => s.Hit) / bin.Count, bin.Count));
            from = end;
        }

        return described;
    }

    private readonly record struct Scored(int Place, float Score, bool Hit);
}
