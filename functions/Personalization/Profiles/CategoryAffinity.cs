namespace Personalization.Profiles;

/// <summary>The feature "category affinity": how much someone is drawn to a category, fading by half every week.</summary>
public static class CategoryAffinity
{
    public const int Kept = 32;

    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    public static IReadOnlyDictionary<string, Decayed> With(
        IReadOnlyDictionary<string, Decayed> affinities, string category, double weight, DateTimeOffset at)
    {
        var all = new Dictionary<string, Decayed>(affinities, StringComparer.Ordinal);
        all[category] = all.TryGetValue(category, out var known) ? known.Add(weight, at, HalfLife) : new(weight, at);
        if (all.Count > Kept) all.Remove(all.MinBy(a => (a.Value.ValueAt(at, HalfLife), a.Key)).Key);
        return all;
    }

    /// <summary>Each category's part of the whole, for those that speak for it.</summary>
    public static IReadOnlyDictionary<string, double> Shares(IReadOnlyDictionary<string, Decayed> affinities, DateTimeOffset now)
    {
        var values = affinities.Select(a => (a.Key, Value: a.Value.ValueAt(now, HalfLife))).Where(a => a.Value > 0).ToList();
        var sum = values.Sum(a => a.Value);
        return values.ToDictionary(a => a.Key, a => a.Value / sum, StringComparer.Ordinal);
    }
}
