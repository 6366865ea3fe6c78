using Personalization.Catalog;
using Personalization.Events;

namespace Personalization.Profiles;

/// <summary>What a run of events of one partition does to a profile. Pure: the same run twice changes nothing.</summary>
public static class ProfileFold
{
    public static Profile Apply(Profile profile, string partition, IEnumerable<(long Sequence, StreamedEvent Event)> run, CatalogueSnapshot catalogue)
    {
        var applied = profile.Applied.GetValueOrDefault(partition, -1);
        foreach (var (sequence, e) in run)
        {
            if (sequence <= applied) continue;
            profile = Apply(profile, e, catalogue);
            applied = sequence;
        }

        return profile with { Applied = new Dictionary<string, long>(profile.Applied, StringComparer.Ordinal) { [partition] = applied } };
    }

    private static Profile Apply(Profile profile, StreamedEvent e, CatalogueSnapshot catalogue)
    {
        profile = profile with { UpdatedAt = e.At > profile.UpdatedAt ? e.At : profile.UpdatedAt };
        var weight = EventType.Find(e.Type)?.Weight ?? 0;
        if (weight == 0) return profile;
        foreach (var item in e.Items)
        {
            profile = profile with { Recent = RecentItems.With(profile.Recent, item, weight, e.At) };
            if (catalogue.CategoryOf(item) is { } category)
                profile = profile with { Categories = CategoryAffinity.With(profile.Categories, category, weight, e.At) };
        }

        return profile;
    }
}
