using System.Numerics.Tensors;

namespace Personalization.Models.Shadowing;

/// <summary>How alike two models order the same candidates.</summary>
public static class Likeness
{
    public const int Top = 10;

    /// <summary>The share of the ten best by one that are among the ten best by the other; of equal scores the earlier candidate is better.</summary>
    public static double Overlap(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var top = Math.Min(Top, one.Length);
        if (top == 0) return 0;
        var best = Order(one).AsSpan(0, top);
        var shared = 0;
        foreach (var candidate in Order(other).AsSpan(0, top))
            if (best.Contains(candidate)) shared++;
        return (double)shared / top;
    }

    /// <summary>Spearman's: Pearson's correlation of the ranks, equal scores sharing their average rank. 0 where one of them tells nothing apart.</summary>
    public static double Correlation(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var (a, b) = (Ranks(one), Ranks(other));
        var middle = (one.Length + 1) / 2.0;
        TensorPrimitives.Subtract(a, middle, a);
        TensorPrimitives.Subtract(b, middle, b);
        var (squaresA, squaresB) = (TensorPrimitives.SumOfSquares<double>(a), TensorPrimitives.SumOfSquares<double>(b));
        return squaresA > 0 && squaresB > 0 ? TensorPrimitives.Dot<double>(a, b) / Math.Sqrt(squaresA * squaresB) : 0;
    }

    private static double[] Ranks(ReadOnlySpan<float> scores)
    {
        var order = Order(scores);
        var ranks = new double[scores.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && scores[order[to]].Equals(scores[order[from]])) to++;
            for (var i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2.0;
            from = to;
        }

        return ranks;
    }

    /// <summary>Candidates, best first.</summary>
    private static int[] Order(ReadOnlySpan<float> scores)
    {
        var (keys, order) = (new (float, int)[scores.Length], new int[scores.Length]);
        for (var i = 0; i < keys.Length; i++) (keys[i], order[i]) = ((-scores[i], i), i);
        Array.Sort(keys, order);
        return order;
    }
}
