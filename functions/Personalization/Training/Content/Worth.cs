namespace Personalization.Training.Content;

/// <summary>
/// How much of what is peculiar to an item those like it foretell, measured on items that the model knows well, each guessed without
/// what is known of it: with c the column learned, p the guessed one and m the mean of all, Σ (c − m)·(p − m) / Σ |p − m|², the slope
/// of the best line. What all items have in common counts for nothing in it.
/// </summary>
internal static class Worth
{
    /// <summary>As many as tell it well enough.</summary>
    private const int MostTested = 2_000;

    private const int FewestTested = 10;

    /// <summary>In standard errors of the sum: chance makes more once in a thousand times.</summary>
    private const double Sure = 3;

    /// <summary>From 0 to 1; 0 where more than chance is not shown.</summary>
    /// <param name="known">Rows of the items that are known well.</param>
    public static double Of(Columns columns, Resemblance resemblance, int[] known, int threads, CancellationToken stop)
    {
        // Rows are in the order of keys, which are hashes: every so manieth is as good as drawn.
        var step = 1 + (known.Length / MostTested);
        int[] tested = [.. known.Where((_, at) => at % step == 0)];
        var mean = Mean(columns, resemblance, tested);
        var square = mean.Sum(m => m * m);
        var found = new (double With, double Of)[tested.Length];
        Parallel.For(0, tested.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, () => (resemblance.Begin(), new Guess(columns)), (at, _, room) =>
        {
            var (search, guess) = room;
            guess.Of(search.Find(tested[at]));
            if (guess.Rows.Count > 0) found[at] = Compared(columns, guess, resemblance.PlaceOf(tested[at]), mean, square);
            return room;
        }, _ => { });
        return Slope(found);
    }

    private static double Slope((double With, double Of)[] found)
    {
        var (with, of, error) = (found.Sum(f => f.With), found.Sum(f => f.Of), Math.Sqrt(found.Sum(f => f.With * f.With)));
        return found.Count(f => f.Of > 0) >= FewestTested && with > Sure * error ? Math.Min(1, with / of) : 0;
    }

    private static double[] Mean(Columns columns, Resemblance resemblance, int[] tested)
    {
        var mean = new double[columns.Height];
        foreach (var row in tested)
        {
            var place = resemblance.PlaceOf(row);
            var at = columns.RowsOf(place);
            for (var i = 0; i < at.Length; i++) mean[at[i]] += columns.ValuesOf(place)[i] / (double)tested.Length;
        }

        return mean;
    }

    private static (double With, double Of) Compared(Columns columns, Guess guess, int place, double[] mean, double square)
    {
        var (own, cp, cm, pp, pm) = (columns.OfItems ? place : -1, 0.0, 0.0, 0.0, 0.0);
        var at = columns.RowsOf(place);
        var values = columns.ValuesOf(place);
        for (var i = 0; i < at.Length; i++) (cp, cm) = (cp + ((double)values[i] * guess[at[i]]), cm + (values[i] * mean[at[i]]));
        foreach (var row in guess.Rows)
            if (row != own) (pp, pm) = (pp + ((double)guess[row] * guess[row]), pm + (guess[row] * mean[row]));
        // An item says nothing of itself.
        var mm = square - (own >= 0 ? mean[own] * mean[own] : 0);
        return (cp - cm - pm + mm, pp - (2 * pm) + mm);
    }
}
