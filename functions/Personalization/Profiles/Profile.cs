using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>What is known of a person: features, never what they did, and what they decided about it.</summary>
public sealed class Profile : FeatureDocument
{
    public static readonly Store Store = new(
        "profiles", StoreKind.Documents, "profiles", "Features of one person, from which pages and results are arranged for them",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(30), "the subject", SubjectKey.Partition);

    public const string Id = "profile";

    public Profile() : this(Affinity.OfCategories(), Affinity.OfBrands(), Affinity.OfPriceBands(), Affinity.OfAttributes(), new()) { }

    private Profile(Affinity categories, Affinity brands, Affinity priceBands, Affinity attributes, RecentItems recent)
        : this(categories, brands, priceBands, attributes, new Novelty(recent), recent, new(), new(), new()) { }

    private Profile(
        Affinity categories, Affinity brands, Affinity priceBands, Affinity attributes, Novelty novelty, RecentItems recent,
        ActivityWindows activity, SessionIntent intent, Dwell dwell)
        : base(categories, brands, priceBands, attributes, novelty, recent, activity, intent, dwell) =>
        (Categories, Brands, PriceBands, Attributes, Novelty, Recent, Activity, Intent, Dwell) =
        (categories, brands, priceBands, attributes, novelty, recent, activity, intent, dwell);

    public Affinity Categories { get; }

    public Affinity Brands { get; }

    public Affinity PriceBands { get; }

    public Affinity Attributes { get; }

    public Novelty Novelty { get; }

    public RecentItems Recent { get; }

    public ActivityWindows Activity { get; }

    public SessionIntent Intent { get; }

    public Dwell Dwell { get; }
}
