using System.Runtime.InteropServices;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Popularity;

/// <summary>How often an item was met in an hour, from a region.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct ItemCount(ulong Item, ulong Region, uint Hour, int Weight);

/// <summary>How often two items were met by the same people in an hour; the smaller key first.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PairCount(ulong One, ulong Other, uint Hour, PairKind Kind, short Count);

/// <summary>What two items have in common.</summary>
public enum PairKind : short { Viewed = 1, Bought = 2 }

/// <summary>
/// What one delivery adds to the statistics, in whole numbers by the hour: however deliveries are cut, the sums are the
/// same. Items of the catalogue only, because an id that somebody made up would push out real ones. Reused.
/// </summary>
public sealed class Tally
{
    /// <summary>More than any delivery of real people has; a flood of made-up behaviour must still fit a document.</summary>
    public const int MaxRows = 20_000;

    private const int Neighbours = 3;
    private const int Basket = 4;
    private const uint Lately = 86_400;

    private readonly Dictionary<TallyKey, int> items = [];
    private readonly Dictionary<TallyKey, int> pairs = [];

    public bool IsEmpty => items.Count == 0 && pairs.Count == 0;

    public void Clear()
    {
        items.Clear();
        pairs.Clear();
    }

    /// <summary>Counts an event, by what the person met and bought before it.</summary>
    public void Count(FeatureInput e, Profile before, VaultFeatures? boughtBefore, CatalogueSnapshot catalogue)
    {
        if (e.Weight <= 0) return;
        var hour = e.At / Statistics.SecondsPerHour;
        for (var i = 0; i < e.Keys.Length; i++)
            if (e.Items[i] is not null) Add(items, new(e.Keys[i], e.Event.Region.Code, hour, default), (int)e.Weight);
        if (e.Event.Type == EventType.Purchase) CountBought(e, hour, boughtBefore, catalogue);
        else CountViewed(e, hour, before, catalogue);
    }

    public byte[] Write() => Framed.Write<ItemCount, PairCount>(
        [.. items.Select(i => new ItemCount(i.Key.Item, i.Key.Other, i.Key.Hour, i.Value))],
        [.. pairs.Select(p => new PairCount(p.Key.Item, p.Key.Other, p.Key.Hour, p.Key.Kind, (short)Math.Min(p.Value, short.MaxValue)))]);

    private void CountViewed(FeatureInput e, uint hour, Profile before, CatalogueSnapshot catalogue)
    {
        Span<ulong> met = stackalloc ulong[Neighbours];
        met = met[..before.Recent.Since(e.At > Lately ? e.At - Lately : 0, met)];
        foreach (var item in e.Keys[..Math.Min(e.Keys.Length, Neighbours)])
            foreach (var other in met) Pair(item, other, hour, PairKind.Viewed, catalogue);
    }

    private void CountBought(FeatureInput e, uint hour, VaultFeatures? before, CatalogueSnapshot catalogue)
    {
        Span<ulong> earlier = stackalloc ulong[Purchases.Kept];
        earlier = earlier[..(before?.Purchases.Items(e.At, earlier) ?? 0)];
        earlier = earlier[^Math.Min(earlier.Length, Neighbours)..];
        var basket = e.Keys[..Math.Min(e.Keys.Length, Basket)];
        for (var i = 0; i < basket.Length; i++)
        {
            foreach (var other in basket[(i + 1)..]) Pair(basket[i], other, hour, PairKind.Bought, catalogue);
            foreach (var other in earlier) Pair(basket[i], other, hour, PairKind.Bought, catalogue);
        }
    }

    private void Pair(ulong item, ulong other, uint hour, PairKind kind, CatalogueSnapshot catalogue)
    {
        if (item == other || catalogue.Find(new ItemKey(item)) is null || catalogue.Find(new ItemKey(other)) is null) return;
        Add(pairs, new(Math.Min(item, other), Math.Max(item, other), hour, kind), 1);
    }

    private static void Add(Dictionary<TallyKey, int> counts, TallyKey key, int weight)
    {
        if (counts.Count >= MaxRows && !counts.ContainsKey(key)) return;
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += weight;
    }

    /// <summary>An item and the region or item it is counted with. Keys are hashes already and need little mixing.</summary>
    private readonly record struct TallyKey(ulong Item, ulong Other, uint Hour, PairKind Kind)
    {
        public bool Equals(TallyKey other) => Item == other.Item && Other == other.Other && Hour == other.Hour && Kind == other.Kind;

        public override int GetHashCode() => (int)(Item ^ (Other >> 32) ^ (Other << 7) ^ Hour ^ ((ulong)Kind << 20));
    }
}
