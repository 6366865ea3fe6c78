using System.Text.Json;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>The most popular items, strongest first; each score is a part of the strongest.</summary>
public sealed record PopularItems(IReadOnlyList<PopularItem> Items, DateTimeOffset At)
{
    public const string Id = "ranking";
    public const int Kept = 1000;

    public static readonly PopularItems None = new([], default);

    private readonly Lazy<Dictionary<string, double>> scores = new(() => Items.ToDictionary(i => i.Item, i => i.Score, StringComparer.Ordinal));

    public double ScoreOf(string item) => scores.Value.GetValueOrDefault(item);
}

public readonly record struct PopularItem(string Item, double Score);

/// <summary>Folds the shards into one ranking, which every process reads.</summary>
public sealed class PopularityRanking(IDocuments documents, TimeProvider time)
{
    private readonly Refreshed<PopularItems> ranking = new(PopularItems.None, time, TimeSpan.FromSeconds(5));

    public PopularItems Now => ranking.Read(Load);

    public async ValueTask Rank(CancellationToken stop)
    {
        var ranked = Merge(await Shards(stop), time.GetUtcNow());
        var body = JsonSerializer.SerializeToUtf8Bytes(ranked, Stored.Default.PopularItems);
        (await documents.Put(PopularityShard.Store, PopularityShard.Partition, PopularItems.Id, body, Condition.None, null, stop)).Required(PopularityShard.Store);
        ranking.Set(ranked);
    }

    private async Task<List<PopularityShard>> Shards(CancellationToken stop)
    {
        var shards = new List<PopularityShard>();
        string? next = null;
        do
        {
            var page = (await documents.List(PopularityShard.Store, PopularityShard.Partition, next, 100, stop)).Required(PopularityShard.Store);
            shards.AddRange(page.Items.Where(d => d.Id != PopularItems.Id).Select(d => Stored.Read(d.Body, Stored.Default.PopularityShard)).OfType<PopularityShard>());
            next = page.Next;
        }
        while (next is not null);
        return shards;
    }

    public static PopularItems Merge(IEnumerable<PopularityShard> shards, DateTimeOffset now)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (item, count) in shards.SelectMany(s => s.Items))
            sums[item] = sums.GetValueOrDefault(item) + count.ValueAt(now, PopularityShard.HalfLife);
        var top = sums.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(PopularItems.Kept).ToList();
        return new([.. top.Select(s => new PopularItem(s.Key, s.Value / top[0].Value))], now);
    }

    private async Task<PopularItems> Load(CancellationToken stop)
    {
        var found = await documents.Get(PopularityShard.Store, PopularityShard.Partition, PopularItems.Id, stop);
        if (found.Status == Status.NotFound) return PopularItems.None;
        return Stored.Read(found.Required(PopularityShard.Store).Body, Stored.Default.PopularItems) ?? PopularItems.None;
    }
}
