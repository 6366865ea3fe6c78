using Personalization.Consent;

namespace Personalization.Identity.Merging;

/// <summary>
/// What a person allows who is known as several subjects. Every side keeps its own word, and joining is putting the sides
/// side by side, a side that is on both in its later state: a union of maxima, so commutative, associative and idempotent.
/// </summary>
public sealed class JointConsent
{
    private readonly SortedDictionary<UInt128, SideConsent> sides;

    private JointConsent(SortedDictionary<UInt128, SideConsent> sides) => this.sides = sides;

    public static JointConsent None { get; } = new([]);

    public static JointConsent Of(Subject subject, SideConsent consent) => new(new() { [subject.Key] = consent });

    public static JointConsent Of(IEnumerable<(Subject Subject, SideConsent Consent)> sides) =>
        sides.Aggregate(None, (joint, side) => joint.Join(Of(side.Subject, side.Consent)));

    public JointConsent Join(JointConsent other)
    {
        var joined = new SortedDictionary<UInt128, SideConsent>(sides);
        foreach (var (subject, consent) in other.sides) joined[subject] = joined.TryGetValue(subject, out var own) ? own.Join(consent) : consent;
        return new(joined);
    }

    /// <summary>
    /// The word of the person as a whole. Most restrictive wins: one side's no is a no, and a yes takes that every side says
    /// yes. Unless the person, signed in, said yes at a later time than every no: that yes is theirs for all sides, also
    /// for those that never spoke. A no at the same moment stands.
    /// </summary>
    public Vote Vote()
    {
        var (granted, denied) = (Purposes.None, Purposes.None);
        foreach (var (purpose, _) in PurposeNames.All)
        {
            var words = sides.Values.Select(s => s.Words.TryGetValue(purpose, out var word) ? word : (Word?)null).ToList();
            var proved = words.Max(w => w is { Yes: true, Authenticated: true } yes ? yes.At : (DateTimeOffset?)null);
            if (words.Exists(w => w is { Yes: false } no && !(proved > no.At))) denied |= purpose;
            else if (proved is not null || (words.Count > 0 && words.TrueForAll(w => w is { Yes: true }))) granted |= purpose;
        }

        return new(granted, denied);
    }

    /// <summary>What holds where nobody spoke: what the law of every side's region leaves open.</summary>
    public Purposes Standard(ConsentPolicy policy) =>
        sides.Values.Aggregate(sides.Count == 0 ? Purposes.None : Purposes.All, (all, s) => all & policy.Standard(s.Region.Region));

    /// <summary>What may be done for the person now.</summary>
    public Purposes Allowed(ConsentPolicy policy) => Vote().Over(Standard(policy));

    /// <summary>Whatever any side refuses, whether or not that holds.</summary>
    public Purposes Refused => sides.Values.SelectMany(s => s.Words).Where(w => !w.Value.Yes).Aggregate(Purposes.None, (all, w) => all | w.Key);

    /// <summary>
    /// What may be used of what is kept of the person. What is kept was granted event by event, so only a no takes it away; but
    /// to see several subjects as one is granted here or nowhere.
    /// </summary>
    public Purposes Usable(ConsentPolicy policy)
    {
        var usable = Purposes.All & ~Vote().Denied;
        return ConsentMatrix.Allows(Allowed(policy), SignalClass.CrossDevice) ? usable : usable & ~Purposes.CrossDevice;
    }
}
