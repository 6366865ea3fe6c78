using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Personalization.Catalog;
using Personalization.Consent;

namespace Personalization.Popularity;

/// <summary>A place in a ranking, as stored: of all items, of a region's, or of those that are trending.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RankedRow(ulong Item, ulong Region, float Score, RankingKind Kind);

public enum RankingKind { Overall = 1, Region, Trending }

/// <summary>The most popular items, strongest first; each score is a part of the strongest.</summary>
public sealed class PopularItems
{
    public const string Id = "ranking";

    private const int Kept = 1000;
    private const int KeptPerRegion = 100;
    private const int MaxRegions = 50;
    private const int KeptTrending = 100;

    public static readonly PopularItems None = new([], default);

    private readonly RankedRow[] rows;
    private readonly FrozenDictionary<ulong, float> scores;

    private PopularItems(RankedRow[] rows, DateTimeOffset at)
    {
        (this.rows, At) = (rows, at);
        scores = rows.Where(r => r.Kind == RankingKind.Overall).ToFrozenDictionary(r => r.Item, r => r.Score);
    }

    /// <summary>When it was ranked.</summary>
    public DateTimeOffset At { get; }

    public IEnumerable<PopularItem> Overall => Of(RankingKind.Overall, Region.Unknown);

    public IEnumerable<PopularItem> Trending => Of(RankingKind.Trending, Region.Unknown);

    /// <summary>Regions that have a ranking of their own.</summary>
    public IEnumerable<Region> Regions => rows.Where(r => r.Kind == RankingKind.Region).Select(r => new Region(r.Region)).Distinct();

    public IEnumerable<PopularItem> In(Region region) => Of(RankingKind.Region, region);

    public float ScoreOf(ItemKey item) => scores.GetValueOrDefault(item.Value);

    /// <summary>A ranking made by hand.</summary>
    public static PopularItems Of(IEnumerable<PopularItem> overall, DateTimeOffset at) =>
        new([.. overall.Select(i => new RankedRow(i.Item.Value, 0, i.Score, RankingKind.Overall))], at);

    public static PopularItems Rank(IReadOnlyCollection<PopularityRow> all, DateTimeOffset at)
    {
        var now = (uint)at.ToUnixTimeSeconds();
        var overall = all.GroupBy(r => r.Item).Select(g => (Item: g.Key, Score: g.Sum(r => r.WeekAt(now))));
        var trending = all.GroupBy(r => r.Item).Select(g => (Item: g.Key, Score: g.Sum(r => r.TrendAt(now))));
        var regions = all.Where(r => r.Region != 0).GroupBy(r => r.Region).OrderByDescending(g => g.Sum(r => r.WeekAt(now))).ThenBy(g => g.Key).Take(MaxRegions);
        return new(
        [
            .. Best(overall, Kept, RankingKind.Overall, 0), .. Best(trending, KeptTrending, RankingKind.Trending, 0),
            .. regions.SelectMany(g => Best(g.Select(r => (r.Item, r.WeekAt(now))), KeptPerRegion, RankingKind.Region, g.Key)),
        ], at);
    }

    public byte[] Write() => Framed.Write<long, RankedRow>([At.ToUnixTimeMilliseconds()], rows);

    /// <summary>Null where the bytes are another version's or damaged.</summary>
    public static PopularItems? Read(ReadOnlySpan<byte> body) =>
        Framed.TryRead(body, out long[] at, out RankedRow[] read) && at.Length == 1 ? new(read, DateTimeOffset.FromUnixTimeMilliseconds(at[0])) : null;

    private IEnumerable<PopularItem> Of(RankingKind kind, Region region) =>
        rows.Where(r => r.Kind == kind && r.Region == region.Code).Select(r => new PopularItem(new(r.Item), r.Score));

    private static IEnumerable<RankedRow> Best(IEnumerable<(ulong Item, float Score)> items, int most, RankingKind kind, ulong region)
    {
        var best = items.Where(i => i.Score > 0).OrderByDescending(i => i.Score).ThenBy(i => i.Item).Take(most).ToList();
        return best.Select(b => new RankedRow(b.Item, region, b.Score / best[0].Score, kind));
    }
}

public readonly record struct PopularItem(ItemKey Item, float Score);
