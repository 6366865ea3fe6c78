namespace Personalization.Training.Evaluating;

/// <summary>The share of items that are shown to anybody.</summary>
/// <remarks>
/// A resample has only two thirds of the people, some of them twice, and so shows fewer items whatever is true: its coverage lies
/// below the figure. So the figure is taken as linear about itself: somebody who is drawn w times adds (w - 1) times the items that
/// nobody else is shown (the infinitesimal jackknife: Efron and Tibshirani, chapter 20).
/// </remarks>
internal static class Coverage
{
    public static Measure Of(Listing listing, int shown, int items)
    {
        if (items == 0) return Measure.None([Metrics.Coverage], "there are no items");
        var times = new int[items];
        for (var place = 0; place < listing.People; place++)
            foreach (var item in listing.Items(place, shown)) times[item]++;
        var covered = times.Count(t => t > 0);
        var alone = new double[listing.People];
        for (var place = 0; place < listing.People; place++)
            foreach (var item in listing.Items(place, shown)) alone[place] += times[item] == 1 ? 1 : 0;
        var all = alone.Sum();
        return new([Metrics.Coverage], (drawn, figures) => figures[0] = Math.Clamp((covered - all + Measure.Dot(drawn, alone)) / items, 0, 1));
    }
}
