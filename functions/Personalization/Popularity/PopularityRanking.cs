using Personalization.Storage;

namespace Personalization.Popularity;

/// <summary>Folds what was counted into the shards and ranks the items, for every process to read.</summary>
public sealed class PopularityRanking(IDocuments documents, TimeProvider time)
{
    private readonly TallyFold tallies = new(documents, time);
    private readonly Refreshed<PopularItems> ranking = new(PopularItems.None, time, TimeSpan.FromSeconds(5));

    public PopularItems Now => ranking.Read(Load);

    /// <summary>The same, read where it never was; fails where that cannot be.</summary>
    public async ValueTask<PopularItems> Loaded(CancellationToken stop) => await ranking.Loaded(Load, stop);

    public async ValueTask Rank(CancellationToken stop)
    {
        // All sums fade alike: without new ones the order stays.
        if (!await tallies.Run(stop) && await Load(stop) != PopularItems.None) return;
        var ranked = PopularItems.Rank(await Rows(stop), time.GetUtcNow());
        (await documents.Put(Statistics.Store, Statistics.Popularity, PopularItems.Id, ranked.Write(), Condition.None, null, stop)).Required(Statistics.Store);
        ranking.Set(ranked);
    }

    private async ValueTask<List<PopularityRow>> Rows(CancellationToken stop)
    {
        var rows = new List<PopularityRow>();
        string? next = null;
        do
        {
            var page = (await documents.List(Statistics.Store, Statistics.Popularity, next, 100, stop)).Required(Statistics.Store);
            foreach (var d in page.Items)
                if (d.Id != PopularItems.Id) rows.AddRange(ItemPopularity.Read(d.Body.Span));
            next = page.Next;
        }
        while (next is not null);
        return rows;
    }

    private async Task<PopularItems> Load(CancellationToken stop)
    {
        var found = await documents.Get(Statistics.Store, Statistics.Popularity, PopularItems.Id, stop);
        var read = found.Status == Status.NotFound ? PopularItems.None : PopularItems.Read(found.Required(Statistics.Store).Body.Span) ?? PopularItems.None;
        // What was made of the ranking that is here is as good for the same one.
        return read.At == ranking.Current.At ? ranking.Current : read;
    }
}
