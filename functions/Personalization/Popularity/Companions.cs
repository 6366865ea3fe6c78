using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>How much an item goes with another, fading.</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct CompanionRow(ulong Item, ulong Other, float Weight, uint At) : IRow<CompanionRow>
{
    public const float HalfLife = 14 * 86_400;

    public readonly (ulong, ulong) Key => (Item, Other);

    public static CompanionRow Empty((ulong First, ulong Second) key) => new(key.First, key.Second, 0, 0);

    public readonly CompanionRow Add(int amount, uint at)
    {
        var (weight, newest) = (Weight, At);
        Decay.Add(ref weight, ref newest, amount, at, HalfLife);
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
    public static byte[] Fold(ReadOnlyMemory<byte>? shard, IReadOnlyList<NumberedTally> tallies, List<(NumberedTally Tally, PairCount Count)> added)
    {
        if (shard is null || !Framed.TryRead(shard.Value.Span, out Folded[] folded, out CompanionRow[] rows)) (folded, rows) = ([], []);
        var fresh = tallies.Where(t => !Folded.Has(folded, t.Partition, t.Ordinal)).ToHashSet();
        if (fresh.Count < tallies.Count) added = added.FindAll(a => fresh.Contains(a.Tally));
        var all = Strongest(SideBySide.Merge<CompanionRow>(rows, [.. added.Select(a => new Added(a.Count.One, a.Count.Other, a.Count.Hour, a.Count.Count))]));
        return Framed.Write<Folded, CompanionRow>(Folded.Later(folded, fresh.Select(t => new Folded(t.Partition, 0, t.Ordinal))), CollectionsMarshal.AsSpan(all));
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

    /// <summary>What is not expired, of each item its strongest, and of all of them no more than a shard holds; in the order they came in.</summary>
    private static List<CompanionRow> Strongest(List<CompanionRow> rows)
    {
        var now = 0u;
        foreach (var row in rows) now = Math.Max(now, row.At);
        rows.RemoveAll(r => now - r.At >= Declared.ExpirySeconds);
        var kept = new List<CompanionRow>(rows.Count);
        for (var (from, to) = (0, 0); from < rows.Count; from = to)
        {
            while (to < rows.Count && rows[to].Item == rows[from].Item) to++;
            if (to - from > Kept) Reorder(rows, from, to - from, Kept, now);
            kept.AddRange(CollectionsMarshal.AsSpan(rows).Slice(from, Math.Min(Kept, to - from)));
        }

        if (kept.Count <= KeptRows) return kept;
        Reorder(kept, 0, kept.Count, KeptRows, now);
        kept.RemoveRange(KeptRows, kept.Count - KeptRows);
        return kept;
    }

    /// <summary>Brings the strongest of a range to its beginning, in the order of item and companion.</summary>
    private static void Reorder(List<CompanionRow> rows, int from, int count, int strongest, uint now)
    {
        var range = CollectionsMarshal.AsSpan(rows).Slice(from, count);
        range.Sort((a, b) => (-a.ValueAt(now), a.Item, a.Other).CompareTo((-b.ValueAt(now), b.Item, b.Other)));
        range[..strongest].Sort(static (a, b) => (a.Item, a.Other).CompareTo((b.Item, b.Other)));
    }
}

/// <summary>An item that goes with another, and how well: 1 for the one that goes best.</summary>
public readonly record struct Companion(ulong Item, float Score);
