using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>
/// Folds the tallies into the shards and clears them away. Each shard remembers per hub partition the last tally in it, so
/// folding again, after a crash or beside another process, doubles nothing.
/// </summary>
public sealed class TallyFold(IDocuments documents, TimeProvider time)
{
    private const int PageSize = 200;
    private const int AtOnce = 4;

    /// <summary>Whether there was anything to fold.</summary>
    public async ValueTask<bool> Run(CancellationToken stop)
    {
        var any = false;
        while (await Some(stop) is { Count: > 0 } tallies)
        {
            // A few at once: decisions are asked for meanwhile, and nobody waits for this.
            foreach (var some in Shards(tallies, stop).Chunk(AtOnce)) await Task.WhenAll(some.Select(update => update()));
            // Only now: what a shard has not taken in must not be gone.
            await Task.WhenAll(tallies.Select(t => Delete(t, stop)));
            any = true;
        }

        return any;
    }

    private IEnumerable<Func<Task>> Shards(List<NumberedTally> tallies, CancellationToken stop)
    {
        var (counts, viewed, bought) = (Buckets<ItemCount>(), Buckets<PairCount>(), Buckets<PairCount>());
        foreach (var tally in tallies)
        {
            foreach (var count in tally.Counts) counts[Statistics.BucketOf(count.Item)].Add((tally, count));
            foreach (var pair in tally.Pairs)
            {
                var kind = pair.Kind == PairKind.Bought ? bought : viewed;
                kind[Statistics.BucketOf(pair.One)].Add((tally, pair));
                kind[Statistics.BucketOf(pair.Other)].Add((tally, pair with { One = pair.Other, Other = pair.One }));
            }
        }

        return
        [
            .. Updates(Statistics.Popularity, counts, (shard, added) => ItemPopularity.Fold(shard, tallies, added), stop),
            .. Updates(Statistics.Viewed, viewed, (shard, added) => Companions.Fold(shard, tallies, added), stop),
            .. Updates(Statistics.Bought, bought, (shard, added) => Companions.Fold(shard, tallies, added), stop),
        ];
    }

    private static List<(NumberedTally Tally, T Count)>[] Buckets<T>() => [.. Enumerable.Range(0, Statistics.Buckets).Select(_ => new List<(NumberedTally, T)>())];

    private IEnumerable<Func<Task>> Updates<T>(
        string kind, List<(NumberedTally, T)>[] buckets, Func<ReadOnlyMemory<byte>?, List<(NumberedTally, T)>, byte[]> fold, CancellationToken stop) =>
        buckets.Index().Where(b => b.Item.Count > 0).Select(b => new Func<Task>(() => Update(kind, b.Index, shard => fold(shard, b.Item), stop)));

    private Task<bool> Update(string kind, int bucket, Func<ReadOnlyMemory<byte>?, byte[]> fold, CancellationToken stop) =>
        DocumentUpdate.Run(documents, Statistics.Store, kind, Statistics.ShardId(bucket), shard => fold(shard), time, stop).AsTask();

    private async Task Delete(NumberedTally tally, CancellationToken stop)
    {
        var deleted = await documents.Delete(Statistics.Store, Statistics.Tallies, Statistics.TallyId(tally.Partition, tally.Ordinal), Condition.None, stop);
        if (deleted.Status != Status.NotFound) deleted.Required(Statistics.Store);
    }

    /// <summary>A page of the tallies that count: those up to their partition's mark.</summary>
    private async ValueTask<List<NumberedTally>> Some(CancellationToken stop)
    {
        var marks = new Dictionary<uint, long>();
        foreach (var m in await All(Statistics.Marks, stop))
            if (TallyMark.Read(m.Body.Span) is { } mark) marks[Convert.ToUInt32(m.Id, 16)] = mark.Ordinal;
        var found = new List<NumberedTally>();
        string? next = null;
        do
        {
            var page = (await documents.List(Statistics.Store, Statistics.Tallies, next, PageSize, stop)).Required(Statistics.Store);
            found.AddRange(page.Items.Select(d => NumberedTally.Read(d.Id, d.Body.Span)).Where(t => t.Ordinal <= marks.GetValueOrDefault(t.Partition)));
            next = page.Next;
        }
        while (next is not null && found.Count < PageSize);
        return found;
    }

    private async ValueTask<List<Document>> All(string partition, CancellationToken stop)
    {
        var all = new List<Document>();
        string? next = null;
        do
        {
            var page = (await documents.List(Statistics.Store, partition, next, PageSize, stop)).Required(Statistics.Store);
            all.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null);
        return all;
    }
}
