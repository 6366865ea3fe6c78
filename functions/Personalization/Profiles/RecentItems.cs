namespace Personalization.Profiles;

/// <summary>The feature "recent items": the last things someone met, each once, newest first.</summary>
public static class RecentItems
{
    public const int Kept = 50;

    public static IReadOnlyList<RecentItem> With(IReadOnlyList<RecentItem> recent, string item, double weight, DateTimeOffset at)
    {
        var old = recent.FirstOrDefault(r => r.Item == item);
        var met = new RecentItem(item, old.Weight + weight, old.At > at ? old.At : at);
        return [.. recent.Where(r => r.Item != item).Append(met).OrderByDescending(r => r.At).ThenBy(r => r.Item, StringComparer.Ordinal).Take(Kept)];
    }
}
