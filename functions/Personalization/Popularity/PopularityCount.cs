using System.Text.Json;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>Counts the items of a delivery into the shard of its partition.</summary>
public sealed class PopularityCount(IDocuments documents)
{
    public async ValueTask Add(string partition, IReadOnlyList<(long Sequence, StreamedEvent Event)> run, CatalogueSnapshot catalogue, CancellationToken stop)
    {
        while (true)
        {
            var found = await documents.Get(PopularityShard.Store, PopularityShard.Partition, Id(partition), stop);
            // A shard that cannot be read is counted anew: it is worth less than the partition it would hold up.
            var shard = (found.Status == Status.NotFound ? null : Stored.Read(found.Required(PopularityShard.Store).Body, Stored.Default.PopularityShard)) ?? new();
            var counted = Count(shard, run, catalogue);
            if (ReferenceEquals(counted, shard)) return;
            var when = found.Ok ? Condition.Matches(found.Value.Etag) : Condition.Absent;
            var body = JsonSerializer.SerializeToUtf8Bytes(counted, Stored.Default.PopularityShard);
            var written = await documents.Put(PopularityShard.Store, PopularityShard.Partition, Id(partition), body, when, null, stop);
            if (written.Status == Status.Conflict) continue;
            written.Required(PopularityShard.Store);
            return;
        }
    }

    /// <summary>Counts items of the catalogue only: an id that somebody made up would push out real ones.</summary>
    public static PopularityShard Count(PopularityShard shard, IReadOnlyList<(long Sequence, StreamedEvent Event)> run, CatalogueSnapshot catalogue)
    {
        var fresh = run.Where(r => r.Sequence > shard.Applied).ToList();
        if (fresh.Count == 0) return shard;
        var items = new Dictionary<string, Decayed>(shard.Items, StringComparer.Ordinal);
        foreach (var (_, e) in fresh)
        {
            var weight = Math.Max(0, EventType.Find(e.Type)?.Weight ?? 0);
            if (weight == 0) continue;
            foreach (var item in e.Items.Where(catalogue.Items.ContainsKey))
                items[item] = items.TryGetValue(item, out var known) ? known.Add(weight, e.At, PopularityShard.HalfLife) : new(weight, e.At);
        }

        return new() { Applied = fresh[^1].Sequence, Items = Strongest(items, fresh[^1].Event.At) };
    }

    private static Dictionary<string, Decayed> Strongest(Dictionary<string, Decayed> items, DateTimeOffset now) =>
        items.Count <= PopularityShard.Kept
            ? items
            : items.OrderByDescending(i => i.Value.ValueAt(now, PopularityShard.HalfLife)).ThenBy(i => i.Key, StringComparer.Ordinal)
                .Take(PopularityShard.Kept).ToDictionary(StringComparer.Ordinal);

    private static string Id(string partition) => $"shard-{partition}";
}
