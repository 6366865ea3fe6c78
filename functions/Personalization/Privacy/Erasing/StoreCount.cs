namespace Personalization.Privacy.Erasing;

/// <summary>What was found of somebody in one store, and what became of it.</summary>
/// <param name="Store">The store's name.</param>
/// <param name="Kind">Which of the contracts opens it.</param>
/// <param name="How">One of <see cref="Ways"/>: what happens to it there.</param>
/// <param name="Found">Entries that are theirs or name them.</param>
/// <param name="Deleted">How many of those were taken away by this call.</param>
public sealed record StoreCount(string Store, string Kind, string How, long Found, long Deleted)
{
    /// <summary>What several calls found and deleted, store by store, in the order of the first.</summary>
    public static IReadOnlyList<StoreCount> Sum(IEnumerable<IReadOnlyList<StoreCount>> calls) =>
        [.. calls.SelectMany(c => c).GroupBy(c => (c.Store, c.Kind)).Select(g => g.First() with { Found = g.Sum(c => c.Found), Deleted = g.Sum(c => c.Deleted) })];
}
