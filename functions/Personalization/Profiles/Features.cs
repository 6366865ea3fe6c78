using Personalization.Popularity;
using Personalization.Vault;

namespace Personalization.Profiles;

/// <summary>Every feature there is, by hand: what is not in this list is not made.</summary>
public static class Features
{
    public static IReadOnlyList<FeatureDefinition> All { get; } =
    [
        Affinity.Category, Affinity.Brand, Affinity.PriceBand, Affinity.Attribute,
        RecentItems.Declared, ActivityWindows.Declared, SessionIntent.Declared, Novelty.Declared, Dwell.Declared,
        SearchInterest.Declared, Locations.Declared, Purchases.Declared,
        ItemPopularity.Declared, Companions.Declared,
    ];
}
