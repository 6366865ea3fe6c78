using Personalization.Consent;
using Personalization.Profiles;

namespace Personalization.Identity.Merging;

/// <summary>What a person with these members is like: what <c>dryRun</c> shows before it is so.</summary>
/// <param name="Members">In order.</param>
/// <param name="Consent">Their word as a whole.</param>
/// <param name="Allowed">What may be done for them.</param>
/// <param name="Attributes">Every value a decision would see.</param>
/// <param name="Caps">What they were shown, summed over the members.</param>
/// <param name="Buckets">Which variants they count for.</param>
/// <param name="Unreadable">Documents that could not be read and are not in it.</param>
public sealed record PersonPreview(
    IReadOnlyList<Subject> Members, Vote Consent, Purposes Allowed, IReadOnlyList<TracedAttribute> Attributes, IReadOnlyList<CapTotal> Caps, IReadOnlyList<Bucket> Buckets, int Unreadable)
{
    public static PersonPreview Of(Subject own, IReadOnlyList<Subject> members, IEnumerable<MergeSide> sides, ConsentPolicy policy, DateTimeOffset now)
    {
        var present = sides.Where(s => members.Contains(s.Subject)).ToList();
        var consent = JointConsent.Of(present.Select(s => (s.Subject, s.Consent)));
        var (allowed, usable) = (consent.Allowed(policy), consent.Usable(policy));
        var (profiles, vaults) = (PersonView.OfProfiles(), PersonView.OfVaults());
        var at = FeatureSeconds(now);
        var attributes = Provenance.Of(profiles.Of(own, [.. present.Select(s => new ViewSide(s.Subject, s.Profile, Kept(s)))], usable), at)
            .Concat(Provenance.Of(vaults.Of(own, [.. present.Select(s => new ViewSide(s.Subject, s.Vault, Kept(s)))], usable), at)).ToList();
        var (caps, seen) = (present.Aggregate(CapCounts.None, (all, s) => all.Join(s.Caps)), present.Aggregate(Exposures.None, (all, s) => all.Join(s.Exposures)));
        return new(members, consent.Vote(), allowed, attributes, caps.Totals([.. members]), seen.Buckets([.. members]), profiles.Unreadable + vaults.Unreadable);
    }

    // As wherever a profile is read: what it holds was granted event by event, so only a no takes it away.
    private static Purposes Kept(MergeSide side) => Purposes.All & ~JointConsent.Of(side.Subject, side.Consent).Vote().Denied;

    private static uint FeatureSeconds(DateTimeOffset now) => FeatureInput.Seconds(now.ToUnixTimeMilliseconds());
}
