using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>
/// What a feature is, declared beside the code that makes it. Consent, expiry, cost and lineage are read from here, so a
/// feature that leaves any of it out does not start.
/// </summary>
/// <param name="Number">Its section in a stored document. Never given to another feature.</param>
/// <param name="Name">As people and reports call it.</param>
/// <param name="Owner">The team that answers for it.</param>
/// <param name="About">What it says of a person or an item, in a sentence.</param>
/// <param name="Freshness">How soon after an event it shows it.</param>
/// <param name="Purposes">All of these must be allowed for it to be written, kept and read.</param>
/// <param name="Sensitivity">How closely it touches a person.</param>
/// <param name="Expiry">Age at which a value of it is no longer served.</param>
/// <param name="MaxBytes">Most bytes it takes, of a person or of an item.</param>
/// <param name="Kept">Which document it is a part of.</param>
/// <param name="Lineage">The kinds of events it is made from.</param>
public sealed record FeatureDefinition(
    byte Number, string Name, string Owner, string About, TimeSpan Freshness, Purposes Purposes, Sensitivity Sensitivity,
    TimeSpan Expiry, int MaxBytes, FeaturePlace Kept, params IReadOnlyList<EventType> Lineage)
{
    /// <summary>A gigabyte of memory for a month, which a feature is priced by.</summary>
    private const double UsdPerGigabyte = 0.85;

    /// <summary>What it costs for a million people or items, in US dollars a month, when all of them fill it.</summary>
    public double UsdPerMillion => MaxBytes * 1e6 / 1e9 * UsdPerGigabyte;

    public uint ExpirySeconds => (uint)Expiry.TotalSeconds;
}

/// <summary>Where a feature is kept: with the person, apart under explicit opt-in, or with the items.</summary>
public enum FeaturePlace : byte { Profile = 1, Vault, Statistics }
