using System.Buffers;

namespace Personalization.Training.Learning;

/// <summary>
/// How often items are met by the same people, against how often each is met: people who met both, over the roots of those who
/// met each, and less for few of them. People who met much say less with each item.
/// </summary>
internal static class CoOccurrence
{
    /// <param name="shrink">As many people who met both count half.</param>
    public static Neighbours Learn(Interactions people, float shrink, float slope, int kept, int threads, CancellationToken stop)
    {
        if (!(shrink >= 0) || !float.IsFinite(shrink)) throw new ArgumentOutOfRangeException(nameof(shrink), shrink, "0 or more");
        people = people.Ordered();
        var items = people.Turned();
        var says = new float[people.Rows];
        for (var row = 0; row < says.Length; row++) says[row] = (float)(1 / Math.Log(2.0 + people.ColumnsOf(row).Length));
        return Neighbours.Of("cooccurrence", people.Width, kept, slope, threads, (first, rows) =>
        {
            for (var item = first; item < Math.Min(first + rows.Rows, people.Width); item++) Fill(people, items, says, shrink, item, rows[item - first]);
        }, stop);
    }

    private static void Fill(Interactions people, Interactions items, float[] says, float shrink, int item, Span<float> row)
    {
        var rented = ArrayPool<float>.Shared.Rent(row.Length);
        var both = rented.AsSpan(0, row.Length);
        both.Clear();
        foreach (var person in items.ColumnsOf(item))
            foreach (var other in people.ColumnsOf(person)) (row[other], both[other]) = (row[other] + says[person], both[other] + 1);
        for (var other = 0; other < people.Width; other++)
            if (row[other] != 0) row[other] *= both[other] / (both[other] + shrink) / MathF.Sqrt((float)items.ColumnsOf(item).Length * items.ColumnsOf(other).Length);
        ArrayPool<float>.Shared.Return(rented);
    }
}
