namespace Personalization.Training.Privacy.Attacking;

/// <summary>How well scores tell two groups apart.</summary>
/// <param name="Auc">The chance that one of the first group scores above one of the second; a half where nothing can be told.</param>
/// <param name="Low">With <paramref name="High"/>, an interval of 95 %.</param>
public sealed record Advantage(double Auc, double Low, double High, int Members, int Others)
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>Of equal scores half counts. The interval is that of DeLong and others 1988: from how placements vary in each group.</summary>
    public static Advantage Of(ReadOnlySpan<double> members, ReadOnlySpan<double> others)
    {
        if (members.Length < 2 || others.Length < 2) throw new ArgumentException("two of each are needed", nameof(members));
        var (above, below) = (Placements(members, others), Placements(others, members));
        var auc = above.Average();
        var deviation = Math.Sqrt((Variance(above) / members.Length) + (Variance(below) / others.Length));
        return new(auc, Math.Max(0, auc - (Normal95 * deviation)), Math.Min(1, auc + (Normal95 * deviation)), members.Length, others.Length);
    }

    /// <summary>For each of some, which share of the others is below.</summary>
    private static double[] Placements(ReadOnlySpan<double> some, ReadOnlySpan<double> others)
    {
        var (sorted, places) = (others.ToArray(), new double[some.Length]);
        Array.Sort(sorted);
        for (var i = 0; i < some.Length; i++) places[i] = (First(sorted, some[i], above: false) + First(sorted, some[i], above: true)) / 2.0 / sorted.Length;
        return places;
    }

    /// <summary>Where the first one is that is not below, or that is above.</summary>
    private static int First(double[] sorted, double value, bool above)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || (above && sorted[middle] == value)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static double Variance(double[] values)
    {
        var (mean, sum) = (values.Average(), 0.0);
        foreach (var v in values) sum += (v - mean) * (v - mean);
        return sum / (values.Length - 1);
    }
}
