using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>How much an item goes with another, fading.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct CompanionRow(ulong Item, ulong Other, float Weight, uint At)
{
    public const float HalfLife = 14 * 86_400;

    public CompanionRow Add(int count, uint at)
    {
        var (weight, newest) = (Weight, At);
        Decay.Add(ref weight, ref newest, count, at, HalfLife);
        return new(Item, Other, weight, newest);
    }

    public readonly float ValueAt(uint now) => Decay.At(Weight, At, now, HalfLife);
}

/// <summary>The feature "companions": which items are viewed or bought by the same people, one bucket of items.</summary>
public static class Companions
{
    /// <summary>Companions of an item.</summary>
    public const int Kept = 10;

    /// <summary>Rows in a shard: 500 items with ten companions each.</summary>
    public const int KeptRows = 5000;

    public static readonly FeatureDefinition Declared = new(
        41, "companions", "catalogue", "Which items are viewed or bought by the same people", TimeSpan.FromSeconds(20),
        Purposes.Personalization, Sensitivity.Aggregate, TimeSpan.FromDays(90), 2 * Kept * 24, FeaturePlace.Statistics,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.Purchase, EventType.Rate);

    /// <summary>A shard with what tallies add to it; a shard that cannot be read is counted anew.</summary>
    public static byte[] Fold(ReadOnlyMemory<byte>? shard, IReadOnlyList<NumberedTally> tallies, IEnumerable<(NumberedTally Tally, PairCount Count)> added)
    {
        if (shard is null || !Framed.TryRead(shard.Value.Span, out Folded[] folded, out CompanionRow[] rows)) (folded, rows) = ([], []);
        var fresh = tallies.Where(t => !Folded.Has(folded, t.Partition, t.Ordinal)).ToHashSet();
        var all = rows.ToDictionary(r => (r.Item, r.Other));
        var counts = added.Where(a => fresh.Contains(a.Tally)).Select(a => a.Count).GroupBy(p => (p.One, p.Other, p.Hour)).OrderBy(g => g.Key);
        foreach (var g in counts)
        {
            var before = all.GetValueOrDefault((g.Key.One, g.Key.Other), new(g.Key.One, g.Key.Other, 0, 0));
            all[(g.Key.One, g.Key.Other)] = before.Add(g.Sum(p => p.Count), g.Key.Hour * Statistics.SecondsPerHour);
        }

        var now = all.Values.Select(r => r.At).DefaultIfEmpty().Max();
        return Framed.Write<Folded, CompanionRow>(Folded.Later(folded, fresh.Select(t => new Folded(t.Partition, 0, t.Ordinal))), [.. Strongest(all.Values, now)]);
    }

    /// <summary>Each item's companions, strongest first, with the part of the strongest.</summary>
    public static FrozenDictionary<ulong, Companion[]> Read(ReadOnlySpan<byte> shard) =>
        !Framed.TryRead(shard, out Folded[] _, out CompanionRow[] rows) ? FrozenDictionary<ulong, Companion[]>.Empty
        : rows.GroupBy(r => r.Item).ToFrozenDictionary(g => g.Key, g =>
        {
            var now = g.Max(r => r.At);
            var most = g.Max(r => r.ValueAt(now));
            return g.Select(r => new Companion(r.Other, r.ValueAt(now) / most)).OrderByDescending(c => c.Score).ThenBy(c => c.Item).ToArray();
        });

    private static IEnumerable<CompanionRow> Strongest(IEnumerable<CompanionRow> rows, uint now) =>
        rows.Where(r => now - r.At < Declared.ExpirySeconds)
            .GroupBy(r => r.Item).SelectMany(g => g.OrderByDescending(r => r.ValueAt(now)).ThenBy(r => r.Other).Take(Kept))
            .OrderByDescending(r => r.ValueAt(now)).ThenBy(r => (r.Item, r.Other)).Take(KeptRows)
            .OrderBy(r => (r.Item, r.Other));
}

/// <summary>An item that goes with another, and how well: 1 for the one that goes best.</summary>
public readonly record struct Companion(ulong Item, float Score);
