using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>How much an item is met from a region: three sums that fade by half in a day, a week and a month.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct PopularityRow(ulong Item, ulong Region, float Day, float Week, float Month, uint At)
{
    public const float DayHalfLife = 86_400;
    public const float WeekHalfLife = 7 * DayHalfLife;
    public const float MonthHalfLife = 30 * DayHalfLife;

    public PopularityRow Add(int weight, uint at)
    {
        var (day, week, month, one, two, three) = (Day, Week, Month, At, At, At);
        Decay.Add(ref day, ref one, weight, at, DayHalfLife);
        Decay.Add(ref week, ref two, weight, at, WeekHalfLife);
        Decay.Add(ref month, ref three, weight, at, MonthHalfLife);
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
    public static byte[] Fold(ReadOnlyMemory<byte>? shard, IReadOnlyList<NumberedTally> tallies, IEnumerable<(NumberedTally Tally, ItemCount Count)> added)
    {
        if (shard is null || !Framed.TryRead(shard.Value.Span, out Folded[] folded, out PopularityRow[] rows)) (folded, rows) = ([], []);
        var fresh = tallies.Where(t => !Folded.Has(folded, t.Partition, t.Ordinal)).ToHashSet();
        var all = rows.ToDictionary(r => (r.Item, r.Region));
        var counts = added.Where(a => fresh.Contains(a.Tally)).Select(a => a.Count).GroupBy(i => (i.Item, i.Region, i.Hour)).OrderBy(g => g.Key);
        foreach (var g in counts)
        {
            var before = all.GetValueOrDefault((g.Key.Item, g.Key.Region), new(g.Key.Item, g.Key.Region, 0, 0, 0, 0));
            all[(g.Key.Item, g.Key.Region)] = before.Add(g.Sum(i => i.Weight), g.Key.Hour * Statistics.SecondsPerHour);
        }

        var now = all.Values.Select(r => r.At).DefaultIfEmpty().Max();
        var kept = all.Values.Where(r => now - r.At < Declared.ExpirySeconds).OrderByDescending(r => r.WeekAt(now)).ThenBy(r => (r.Item, r.Region)).Take(Kept);
        return Framed.Write<Folded, PopularityRow>(Folded.Later(folded, fresh.Select(t => new Folded(t.Partition, 0, t.Ordinal))), [.. kept.OrderBy(r => (r.Item, r.Region))]);
    }

    public static PopularityRow[] Read(ReadOnlySpan<byte> shard) => Framed.TryRead(shard, out Folded[] _, out PopularityRow[] rows) ? rows : [];
}
