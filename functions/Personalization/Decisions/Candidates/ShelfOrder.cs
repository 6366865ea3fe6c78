using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Personalization.Catalog;
using Personalization.Popularity;
using Personalization.Rules;

namespace Personalization.Decisions.Candidates;

/// <summary>Places in the orders in which decisions look through them.</summary>
internal sealed record ShelfOrder(
    int[] Ranked, int[] Trending, float[] Popularity, float[] Trend, ushort[] GroupOf, Term[] Groups, ulong[] Segments, FrozenDictionary<ulong, ushort> Numbers,
    FrozenDictionary<ulong, int[]> ByTerm, FrozenDictionary<ulong, RegionalPlaces> ByRegion)
{
    /// <summary>Of each term, more than any answer needs.</summary>
    private const int KeptPerTerm = 400;

    public static ShelfOrder Of(IReadOnlyList<DescribedItem> items, PopularItems popular)
    {
        var places = new Dictionary<ulong, int>(items.Count);
        for (var i = 0; i < items.Count; i++) places[items[i].Key.Value] = i;
        var popularity = Scores(popular.Overall, places);
        var ranked = Rank(items, popularity);
        var byTerm = new Dictionary<ulong, List<int>>();
        foreach (var place in ranked) Enter(byTerm, items[place], place);
        var first = ranked.Select(p => items[p]).DistinctBy(i => i.Category).Take(Pool.NoGroup).ToList();
        var groups = first.Select(i => i.Category).ToArray();
        var numbers = groups.Index().ToFrozenDictionary(g => g.Item.Key, g => (ushort)g.Index);
        return new(
            ranked, Places(popular.Trending, places), popularity, Scores(popular.Trending, places),
            [.. items.Select(i => numbers.GetValueOrDefault(i.Category.Key, Pool.NoGroup))], groups,
            [.. first.Select(i => CompiledRules.SegmentKey($"category:{i.Item.Category}"))], numbers,
            byTerm.ToFrozenDictionary(t => t.Key, t => t.Value.ToArray()),
            popular.Regions.ToFrozenDictionary(r => r.Code, r => new RegionalPlaces(Places(popular.In(r), places), ScoresIn(popular.In(r), places))));
    }

    private static void Enter(Dictionary<ulong, List<int>> byTerm, DescribedItem item, int place)
    {
        Enter(byTerm, item.Category, place);
        if (item.Brand.Key != 0) Enter(byTerm, item.Brand, place);
    }

    private static void Enter(Dictionary<ulong, List<int>> byTerm, Term term, int place)
    {
        ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(byTerm, term.Key, out _);
        places ??= [];
        if (places.Count < KeptPerTerm) places.Add(place);
    }

    private static int[] Rank(IReadOnlyList<DescribedItem> items, float[] popularity)
    {
        var order = new (float Less, ulong Key, int Place)[items.Count];
        for (var i = 0; i < order.Length; i++) order[i] = (-popularity[i], items[i].Key.Value, i);
        Array.Sort(order);
        return Array.ConvertAll(order, o => o.Place);
    }

    private static int[] Places(IEnumerable<PopularItem> popular, Dictionary<ulong, int> places) =>
        [.. popular.Select(p => places.GetValueOrDefault(p.Item.Value, Pool.Nowhere)).Where(p => p >= 0)];

    private static float[] Scores(IEnumerable<PopularItem> popular, Dictionary<ulong, int> places)
    {
        var scores = new float[places.Count];
        foreach (var p in popular)
            if (places.TryGetValue(p.Item.Value, out var place)) scores[place] = p.Score;
        return scores;
    }

    private static FrozenDictionary<int, float> ScoresIn(IEnumerable<PopularItem> popular, Dictionary<ulong, int> places) =>
        popular.Where(p => places.ContainsKey(p.Item.Value)).DistinctBy(p => p.Item).ToFrozenDictionary(p => places[p.Item.Value], p => p.Score);
}

/// <param name="Places">What is popular in a region, the most popular first.</param>
/// <param name="Scores">How popular, by place.</param>
internal sealed record RegionalPlaces(int[] Places, FrozenDictionary<int, float> Scores);
