using System.Collections.Frozen;
using Personalization.Catalog;
using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>The companions of items as decisions read them: from memory, bucket by bucket, loaded when first asked for.</summary>
public sealed class CompanionReader(IDocuments documents, TimeProvider time)
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(10);

    private const int AtOnce = 8;

    private readonly Refreshed<FrozenDictionary<ulong, Companion[]>>[] viewed = Empty(time);
    private readonly Refreshed<FrozenDictionary<ulong, Companion[]>>[] bought = Empty(time);

    /// <summary>The best first; empty also while they are being loaded.</summary>
    public IReadOnlyList<Companion> Of(ItemKey item, PairKind kind)
    {
        var bucket = Statistics.BucketOf(item.Value);
        var shard = (kind == PairKind.Bought ? bought : viewed)[bucket];
        return shard.Read(stop => Load(kind, bucket, stop)).GetValueOrDefault(item.Value) ?? [];
    }

    /// <summary>Reads whatever was never read; fails where that cannot be.</summary>
    public async ValueTask Loaded(CancellationToken stop) => await Parallel.ForEachAsync(
        Enumerable.Range(0, Statistics.Buckets), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
        async (bucket, cut) =>
        {
            await viewed[bucket].Loaded(end => Load(PairKind.Viewed, bucket, end), cut);
            await bought[bucket].Loaded(end => Load(PairKind.Bought, bucket, end), cut);
        });

    private async Task<FrozenDictionary<ulong, Companion[]>> Load(PairKind kind, int bucket, CancellationToken stop)
    {
        var found = await documents.Get(Statistics.Store, kind == PairKind.Bought ? Statistics.Bought : Statistics.Viewed, Statistics.ShardId(bucket), stop);
        return found.Status == Status.NotFound ? FrozenDictionary<ulong, Companion[]>.Empty : Companions.Read(found.Required(Statistics.Store).Body.Span);
    }

    private static Refreshed<FrozenDictionary<ulong, Companion[]>>[] Empty(TimeProvider time) =>
        [.. Enumerable.Range(0, Statistics.Buckets).Select(_ => new Refreshed<FrozenDictionary<ulong, Companion[]>>(FrozenDictionary<ulong, Companion[]>.Empty, time, RefreshAfter))];
}
