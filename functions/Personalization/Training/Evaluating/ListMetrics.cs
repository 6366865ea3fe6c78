namespace Personalization.Training.Evaluating;

/// <summary>
/// How good one person's list is. A list holds each item once, best first; what has to be found is rising, each once, and at
/// least one. All are between 0 and 1, and only the first <c>k</c> of the list count.
/// </summary>
public static class ListMetrics
{
    /// <summary>The share of what has to be found that is listed.</summary>
    public static double Recall(ReadOnlySpan<int> list, ReadOnlySpan<int> wanted, int k)
    {
        Check(wanted, k);
        var hits = 0;
        foreach (var item in First(list, k))
            if (Hit(item, wanted)) hits++;
        return (double)hits / wanted.Length;
    }

    /// <summary>Discounted gain, each hit worth 1 / log2(its position + 1), of the best that k positions allow.</summary>
    public static double Ndcg(ReadOnlySpan<int> list, ReadOnlySpan<int> wanted, int k)
    {
        Check(wanted, k);
        var first = First(list, k);
        var (gain, ideal) = (0.0, 0.0);
        for (var i = 0; i < first.Length; i++)
            if (Hit(first[i], wanted)) gain += Discount(i);
        for (var i = 0; i < Math.Min(k, wanted.Length); i++) ideal += Discount(i);
        return gain / ideal;
    }

    /// <summary>The precision at each hit, added up, of the most hits that k positions allow; its mean over people is MAP.</summary>
    public static double AveragePrecision(ReadOnlySpan<int> list, ReadOnlySpan<int> wanted, int k)
    {
        Check(wanted, k);
        var first = First(list, k);
        var (hits, sum) = (0, 0.0);
        for (var i = 0; i < first.Length; i++)
            if (Hit(first[i], wanted)) sum += (double)++hits / (i + 1);
        return sum / Math.Min(k, wanted.Length);
    }

    /// <summary>1 where anything of it is listed.</summary>
    public static double HitRate(ReadOnlySpan<int> list, ReadOnlySpan<int> wanted, int k)
    {
        Check(wanted, k);
        foreach (var item in First(list, k))
            if (Hit(item, wanted)) return 1;
        return 0;
    }

    /// <summary>What a position, counted from 0, is worth: how likely it is looked at, as usually assumed.</summary>
    public static double Discount(int position) => 1 / Math.Log2(position + 2);

    internal static bool Hit(int item, ReadOnlySpan<int> wanted) => wanted.BinarySearch(item) >= 0;

    private static ReadOnlySpan<int> First(ReadOnlySpan<int> list, int k) => list[..Math.Min(k, list.Length)];

    private static void Check(ReadOnlySpan<int> wanted, int k)
    {
        if (wanted.IsEmpty) throw new ArgumentException("nothing that has to be found", nameof(wanted));
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
    }
}
