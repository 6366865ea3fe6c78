using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>How much an item is met from a region: three sums that fade by half in a day, a week and a month.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct PopularityRow(ulong Item, ulong Region, float Day, float Week, float Month, uint At) : IRow<PopularityRow>
{
    public const float DayHalfLife = 86_400;
    public const float WeekHalfLife = 7 * DayHalfLife;
    public const float MonthHalfLife = 30 * DayHalfLife;

    public readonly (ulong, ulong) Key => (Item, Region);

    public static PopularityRow Empty((ulong First, ulong Second) key) => new(key.First, key.Second, 0, 0, 0, 0);

    public readonly PopularityRow Add(int amount, uint at)
    {
        var (day, week, month, one, two, three) = (Day, Week, Month, At, At, At);
        Decay.Add(ref day, ref one, amount, at, DayHalfLife);
        Decay.Add(ref week, ref two, amount, at, WeekHalfLife);
        Decay.Add(ref month, ref three, amount, at, MonthHalfLife);
        return new(Item, Region, day, week, month, one);
    }

    public readonly float WeekAt(uint now) => Decay.At(Week, At, now, WeekHalfLife);

    /// <summary>
    /// How much more an item is met than it used to be. A sum that fades with half-life H is a steady rate times H / ln 2, so
    /// dividing by H makes sums comparable.
    /// </summary>
    public readonly float TrendAt(uint now) =>
        (Decay.At(Day, At, now, DayHalfLife) / DayHalfLife) - (Decay.At(Month, At, now, MonthHalfLife) / MonthHalfLife);
}

/// <summary>The feature "item popularity": one bucket of items.</summary>
public static class ItemPopularity
{
    /// <summary>Rows in a shard: 64 shards of them make the 32,000 most popular of items and regions.</summary>
    public const int Kept = 500;

    public static readonly FeatureDefinition Declared = new(
        40, "item-popularity", "catalogue", "How much an item is met, by region", TimeSpan.FromSeconds(20), Purposes.Personalization,
        Sensitivity.Aggregate, TimeSpan.FromDays(90), 32, FeaturePlace.Statistics,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.Purchase, EventType.Rate);

    /// <summary>A shard with what tallies add to it; a shard that cannot be read is counted anew.</summary>
    public static byte[] Fold(ReadOnlyMemory<byte>? shard, IReadOnlyList<NumberedTally> tallies, List<(NumberedTally Tally, ItemCount Count)> added)
    {
        if (shard is null || !Framed.TryRead(shard.Value.Span, out Folded[] folded, out PopularityRow[] rows)) (folded, rows) = ([], []);
        var fresh = tallies.Where(t => !Folded.Has(folded, t.Partition, t.Ordinal)).ToHashSet();
        if (fresh.Count < tallies.Count) added = added.FindAll(a => fresh.Contains(a.Tally));
        var all = Strongest(SideBySide.Merge<PopularityRow>(rows, [.. added.Select(a => new Added(a.Count.Item, a.Count.Region, a.Count.Hour, a.Count.Weight))]));
        return Framed.Write<Folded, PopularityRow>(Folded.Later(folded, fresh.Select(t => new Folded(t.Partition, 0, t.Ordinal))), CollectionsMarshal.AsSpan(all));
    }

    private static List<PopularityRow> Strongest(List<PopularityRow> rows)
    {
        var now = 0u;
        foreach (var row in rows) now = Math.Max(now, row.At);
        rows.RemoveAll(r => now - r.At >= Declared.ExpirySeconds);
        if (rows.Count <= Kept) return rows;
        rows.Sort((a, b) => (-a.WeekAt(now), a.Item, a.Region).CompareTo((-b.WeekAt(now), b.Item, b.Region)));
        rows.RemoveRange(Kept, rows.Count - Kept);
        rows.Sort(static (a, b) => (a.Item, a.Region).CompareTo((b.Item, b.Region)));
        return rows;
    }

    public static PopularityRow[] Read(ReadOnlySpan<byte> shard) => Framed.TryRead(shard, out Folded[] _, out PopularityRow[] rows) ? rows : [];
}
