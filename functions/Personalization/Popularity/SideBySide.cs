namespace Personalization.Popularity;

/// <summary>What a tally adds to one row: which row, in which hour, how much.</summary>
public readonly record struct Added(ulong First, ulong Second, uint Hour, int Amount)
{
    public (ulong, ulong) Key => (First, Second);
}

/// <summary>A row of a shard, found by two keys.</summary>
public interface IRow<TRow> where TRow : struct, IRow<TRow>
{
    (ulong, ulong) Key { get; }

    TRow Add(int amount, uint at);

    static abstract TRow Empty((ulong First, ulong Second) key);
}

/// <summary>Adds counts to the rows of a shard.</summary>
internal static class SideBySide
{
    /// <summary>
    /// Both in the order of their keys, gone through once side by side. Counts of one hour are summed before they are added,
    /// so that it does not matter how deliveries were cut.
    /// </summary>
    public static List<TRow> Merge<TRow>(ReadOnlySpan<TRow> rows, List<Added> added) where TRow : struct, IRow<TRow>
    {
        added.Sort(static (a, b) => (a.First, a.Second, a.Hour).CompareTo((b.First, b.Second, b.Hour)));
        var all = new List<TRow>(rows.Length);
        var r = 0;
        for (var i = 0; i < added.Count;)
        {
            var key = added[i].Key;
            for (; r < rows.Length && rows[r].Key.CompareTo(key) < 0; r++) all.Add(rows[r]);
            var row = r < rows.Length && rows[r].Key == key ? rows[r++] : TRow.Empty(key);
            while (i < added.Count && added[i].Key == key)
            {
                var (hour, sum) = (added[i].Hour, 0);
                for (; i < added.Count && added[i].Key == key && added[i].Hour == hour; i++) sum += added[i].Amount;
                row = row.Add(sum, hour * Statistics.SecondsPerHour);
            }

            all.Add(row);
        }

        all.AddRange(rows[r..]);
        return all;
    }
}
