using Personalization.Consent;
using Personalization.Identity.Merging;

namespace Personalization.Identity.Whole;

/// <summary>Somebody known as several subjects: who they are, and what they allow as one.</summary>
/// <remarks>While a change is under way everybody's no counts, also of those who may be no member, and nothing of other members is used.</remarks>
public sealed class WholePerson
{
    private readonly Dictionary<Subject, SideConsent> sides;
    private readonly JointConsent consent;
    private readonly Purposes announced;

    private WholePerson(IReadOnlyList<Subject> members, Dictionary<Subject, SideConsent> sides, bool isSettled, Purposes announced)
    {
        (Members, this.sides, IsSettled, this.announced) = (members, sides, isSettled, announced);
        consent = JointConsent.Of(sides.Select(s => (s.Key, s.Value)));
    }

    /// <summary>In order; the one who carries this among them.</summary>
    public IReadOnlyList<Subject> Members { get; }

    /// <summary>False while a change is under way, or where a crash left one so.</summary>
    public bool IsSettled { get; }

    /// <summary>Null where the record makes no sense.</summary>
    public static WholePerson? Of(PersonRecord record)
    {
        var (sides, announced) = (new Dictionary<Subject, SideConsent>(), Purposes.None);
        foreach (var side in record.Sides)
        {
            if (side.Said() is not { } consent) return null;
            sides[side.Subject] = consent;
        }

        // What a name we do not know was to refuse cannot be left out.
        foreach (var change in record.Changes) announced |= PurposeNames.Parse(change.Denied) ?? Purposes.All;
        return new([.. record.Sides.Where(s => s.IsMember).Select(s => s.Subject)], sides, record.Changes.Count == 0, announced);
    }

    /// <summary>The word of the person as a whole.</summary>
    public Vote Vote()
    {
        var vote = consent.Vote();
        if (IsSettled) return vote;
        var denied = vote.Denied | consent.Refused | announced;
        return new(vote.Granted & ~denied, denied);
    }

    public Purposes Standard(ConsentPolicy policy) => consent.Standard(policy);

    /// <summary>What may be done for the person now.</summary>
    public Purposes Allowed(ConsentPolicy policy) => Vote().Over(Standard(policy));

    /// <summary>What may be used of what is kept: see <see cref="JointConsent.Usable"/>.</summary>
    public Purposes Usable(ConsentPolicy policy)
    {
        var usable = consent.Usable(policy) & ~Vote().Denied;
        return IsSettled ? usable : usable & ~Purposes.CrossDevice;
    }

    /// <summary>What one member did not refuse: what needs more stays out, whatever the others say.</summary>
    public Purposes Kept(Subject member) => sides.TryGetValue(member, out var side) ? Purposes.All & ~JointConsent.Of(member, side).Vote().Denied : Purposes.None;

    /// <summary>Whether one of them allows it for themselves.</summary>
    public bool SomeAllow(Purposes purpose, ConsentPolicy policy) => sides.Any(s => JointConsent.Of(s.Key, s.Value).Allowed(policy).Cover(purpose));
}
