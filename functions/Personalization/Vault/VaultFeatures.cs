using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>
/// What is known of a person only under explicit opt-in, apart from all else. Written before the profile and with marks of
/// its own: what the profile has not seen yet may already be in here, and then does not count twice.
/// </summary>
public sealed class VaultFeatures : FeatureDocument
{
    public static readonly Store Store = new(
        "vault", StoreKind.Documents, "profiles", "What searches, purchases and places say of one person, under explicit opt-in",
        Sensitivity.Sensitive, TimeSpan.FromDays(30), "the subject", SubjectKey.Partition);

    public const string Id = "vault";

    /// <summary>What must be allowed for anything to be in here.</summary>
    public const Purposes Needs = Purposes.Personalization | Purposes.Sensitive;

    /// <summary>What must be allowed for everything in here.</summary>
    public const Purposes AllNeeds = Needs | Purposes.Location;

    public VaultFeatures() : this(new(), new(), new()) { }

    private VaultFeatures(SearchInterest searches, Locations locations, Purchases purchases) : base(searches, locations, purchases) =>
        (Searches, Locations, Purchases) = (searches, locations, purchases);

    public SearchInterest Searches { get; }

    public Locations Locations { get; }

    public Purchases Purchases { get; }

    /// <summary>Whether an event can leave anything in here, by its own word.</summary>
    public static bool MayTake(in StreamedEvent e) => e.Granted.Cover(Needs) && e switch
    {
        { Type: EventType.Purchase } => true,
        { Type: EventType.Search, Terms.IsEmpty: false } => true,
        _ => e.Region != Region.Unknown && e.Granted.Cover(Purposes.Location),
    };

    /// <summary>Whether an event that is new to the profile is so here, and about something kept here.</summary>
    public bool Takes(FeatureInput e, in Arrival arrival) =>
        MayTake(e.Event) && Marks.Take(arrival, e.Event.Type) && (!arrival.HasNoPlace || Ring.Add(e.Event.Id));
}
