using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <summary>How popular items are among those who are learned from.</summary>
internal sealed class Popularities
{
    private readonly double[] surprise;
    private readonly double[] percentile;

    private Popularities(double[] surprise, double[] percentile) => (this.surprise, this.percentile) = (surprise, percentile);

    public static Popularities Of(Interactions train)
    {
        var counts = new int[train.Width];
        var people = 0;
        for (var person = 0; person < train.Rows; person++)
        {
            if (train.ColumnsOf(person).IsEmpty) continue;
            people++;
            foreach (var item in train.ColumnsOf(person)) counts[item]++;
        }

        return new(Array.ConvertAll(counts, c => Surprise(c, people)), Percentiles(counts));
    }

    /// <summary>The mean of -log2 of the share of people who met each; not a number where there are none.</summary>
    public double Surprise(ReadOnlySpan<int> items) => Mean(surprise, items);

    /// <summary>The mean percentile; not a number where there are none.</summary>
    public double Percentile(ReadOnlySpan<int> items) => Mean(percentile, items);

    // What nobody met counts as met by one: no surprise is without end.
    private static double Surprise(int count, int people) => people == 0 ? double.NaN : Math.Log2((double)people / Math.Max(1, count));

    /// <summary>The share of items that were met by fewer, and half of those met by as many: items alike rank alike.</summary>
    private static double[] Percentiles(int[] counts)
    {
        var rising = counts.Order().ToArray();
        var known = new Dictionary<int, double>();
        for (int first = 0, next; first < rising.Length; first = next)
        {
            for (next = first + 1; next < rising.Length && rising[next] == rising[first];) next++;
            known[rising[first]] = (first + next) / 2.0 / rising.Length;
        }

        return Array.ConvertAll(counts, c => known[c]);
    }

    private static double Mean(double[] of, ReadOnlySpan<int> items)
    {
        var sum = 0.0;
        foreach (var item in items) sum += of[item];
        return items.IsEmpty ? double.NaN : sum / items.Length;
    }
}
