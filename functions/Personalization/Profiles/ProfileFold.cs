using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Popularity;
using Personalization.Vault;

namespace Personalization.Profiles;

/// <summary>What an event does to a person's documents and to the statistics. The order of the lines is the policy.</summary>
public static class ProfileFold
{
    public static Effect Apply(
        Profile profile, VaultFeatures? vault, Tally? tally, FeatureInput e, CatalogueSnapshot catalogue, in Arrival arrival)
    {
        if (!profile.Marks.Take(arrival, e.Event.Type)) return Effect.None;
        if (!profile.Ring.Add(e.Event.Id)) return arrival.HasNoPlace ? Effect.None : Effect.Seen;
        var allowed = e.Event.Granted & ~profile.Consent.Vote.Denied;
        if (!allowed.Cover(e.Event.Needs)) return Effect.Seen;
        tally?.Count(e, profile, vault, catalogue);
        var kept = vault is not null && allowed.Cover(VaultFeatures.Needs) && vault.Takes(e, arrival);
        if (kept) vault!.Apply(e, allowed);
        profile.Apply(e, allowed);
        return Effect.Seen | Effect.Profile | (kept ? Effect.Vault : Effect.None);
    }
}

/// <summary>What became of an event.</summary>
[Flags]
public enum Effect : byte
{
    /// <summary>Nothing: it was there before.</summary>
    None = 0,

    /// <summary>The profile knows now that it came.</summary>
    Seen = 1,

    /// <summary>It is in the profile's features.</summary>
    Profile = 2,

    /// <summary>It is in the vault's features.</summary>
    Vault = 4,
}
