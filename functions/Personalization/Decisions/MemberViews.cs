using System.Collections.Concurrent;
using Personalization.Consent;
using Personalization.Identity.Merging;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Decisions;

/// <summary>Puts together what was read of the members of a person, as far as they allow it as one.</summary>
internal sealed class MemberViews(ConsentPolicy policy)
{
    private readonly ConcurrentBag<PersonView<Profile>> profiles = [];
    private readonly ConcurrentBag<PersonView<VaultFeatures>> vaults = [];

    /// <summary>Whether the other members can have a say beyond what they refuse.</summary>
    public bool NeedsOthers(WholePerson whole) => whole.Members.Count > 1 && ConsentMatrix.Allows(whole.Usable(policy), SignalClass.CrossDevice);

    /// <summary>
    /// What the person allows. A refusal that a profile knows of and the person does not was on its way when somebody died: it holds.
    /// </summary>
    public Purposes Usable(WholePerson whole, in MemberRead own, List<MemberRead> others, out Purposes denied)
    {
        denied = whole.Vote().Denied | Unknown(whole, own);
        foreach (var other in others) denied |= Unknown(whole, other);
        return whole.Usable(policy) & ~denied;
    }

    /// <summary>Fills in what the person is seen as, and says of both whether there was anything.</summary>
    public (bool Profile, bool Vault) Join(WholePerson whole, in MemberRead own, List<MemberRead> others, Purposes usable, Profile profile, VaultFeatures vault)
    {
        List<MemberRead> all = [own, .. others.Where(o => ConsentMatrix.Allows(whole.Kept(o.Subject) & usable, SignalClass.CrossDevice))];
        var seen = View(profiles, PersonView.OfProfiles, profile, own, [.. all.Select(m => Side(whole, m, m.Body))], usable);
        var opened = usable.Cover(VaultFeatures.Needs) && View(vaults, PersonView.OfVaults, vault, own, [.. all.Select(m => Side(whole, m, m.VaultBody))], usable);
        return (seen, seen && opened);
    }

    private static bool View<T>(ConcurrentBag<PersonView<T>> idle, Func<PersonView<T>> make, T into, in MemberRead own, List<ViewSide> sides, Purposes usable) where T : FeatureDocument
    {
        if (sides.TrueForAll(s => s.Body.IsEmpty)) return false;
        if (!idle.TryTake(out var view)) view = make();
        view.Into(into, own.Subject, sides, usable);
        idle.Add(view);
        return sides.Count(s => !s.Body.IsEmpty) > view.Unreadable;
    }

    private static ViewSide Side(WholePerson whole, in MemberRead member, ReadOnlyMemory<byte> body) =>
        new(member.Subject, body, whole.Kept(member.Subject) & ~Denied(member.Body) & ~Denied(body));

    private static Purposes Unknown(WholePerson whole, in MemberRead member) => Denied(member.Body) & whole.Kept(member.Subject);

    private static Purposes Denied(ReadOnlyMemory<byte> body) => !body.IsEmpty && DocumentHead.TryRead(body.Span, out var head) ? head.Consent.Vote.Denied : Purposes.None;
}
