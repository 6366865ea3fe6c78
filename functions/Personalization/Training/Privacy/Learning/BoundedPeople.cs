using Personalization.Training.Learning;

namespace Personalization.Training.Privacy.Learning;

/// <summary>
/// What people met, so that nobody counts for more than anybody can: of each at most so many items, each with the same whole
/// number v, the greater the fewer there are, with Σ v² ≤ <see cref="Whole"/>² for everybody. All in whole numbers.
/// </summary>
/// <remarks>
/// How strongly something was met does not count, so that there is nothing to clip. Of more items than allowed those with the lowest
/// hashes are kept, under a number made of what the person met and nothing else. A number of the row would not do: without one
/// person all later rows move up, others' items would change with it, and the bound on what one person changes would be wrong.
/// </remarks>
internal static class BoundedPeople
{
    /// <summary>What v is a part of.</summary>
    public const int Whole = 1024;

    /// <summary>Most items that can be allowed: v is at least 32 then, and what rounding it down loses is little.</summary>
    public const int MostEach = 1000;

    /// <summary>Who has fewer items counts as one who has so many: what one pair says is not worth more noise for all.</summary>
    public const int Fewest = 4;

    /// <param name="places">Where each item went; below 0 for one that does not count.</param>
    /// <param name="width">How many places there are.</param>
    /// <returns>A row for each person, whose weights are all the same v.</returns>
    public static Interactions Of(Interactions people, int[] places, int width, int most)
    {
        var (builder, row) = (new InteractionsBuilder(width), new List<(ulong Hash, int Place)>());
        for (var person = 0; person < people.Rows; person++)
        {
            row.Clear();
            foreach (var item in people.ColumnsOf(person))
                if (places[item] >= 0) row.Add((0, places[item]));
            if (row.Count > most) Draw(row, most);
            var v = (float)Value(row.Count);
            builder.Add(row.ConvertAll(r => (r.Place, v)).ToArray());
        }

        return builder.Build();
    }

    /// <summary>The largest v with k·v² ≤ Whole² for k items; for few, as for <see cref="Fewest"/>.</summary>
    public static int Value(int items)
    {
        var (k, v) = ((long)Math.Max(items, Fewest), (int)(Whole / Math.Sqrt(Math.Max(items, Fewest))));
        // Whatever the root was rounded to.
        while (k * v * v > (long)Whole * Whole) v--;
        return v;
    }

    private static void Draw(List<(ulong Hash, int Place)> row, int most)
    {
        var own = 0UL;
        foreach (var (_, place) in row) own = Chance.Bits(own, (ulong)place);
        for (var i = 0; i < row.Count; i++) row[i] = (Chance.Bits(own, (ulong)row[i].Place), row[i].Place);
        row.Sort();
        row.RemoveRange(most, row.Count - most);
    }
}
