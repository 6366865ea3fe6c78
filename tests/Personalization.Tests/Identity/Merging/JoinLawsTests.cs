using FsCheck;
using FsCheck.Fluent;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Merging is commutative, associative and idempotent: on features, on consent, on caps and on buckets.</summary>
public sealed class JoinLawsTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void What_a_decision_sees_does_not_depend_on_order_grouping_or_repetition() =>
        Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            var sides = Enumerable.Range(0, random.Next(1, 5)).Select(i => Sides.Random(random, i)).ToArray();
            var twice = sides.Concat(sides.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(twice);
            return View(sides).SequenceEqual(View(twice));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Consent_joins_commutatively_associatively_and_idempotently() =>
        Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            // Sides may be the same subject at different states of its ledger.
            var (a, b, c) = (Joint(random), Joint(random), Joint(random));
            return Same(a.Join(b), b.Join(a)) && Same(a.Join(b).Join(c), a.Join(b.Join(c))) && Same(a.Join(a), a) && Same(a.Join(b).Join(a), a.Join(b));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Caps_join_commutatively_associatively_and_idempotently() =>
        Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            var (a, b, c) = (Caps(random), Caps(random), Caps(random));
            return Text(a.Join(b)) == Text(b.Join(a)) && Text(a.Join(b).Join(c)) == Text(a.Join(b.Join(c))) && Text(a.Join(a)) == Text(a);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Exposures_join_commutatively_associatively_and_idempotently() =>
        Prop.ForAll(Seeds, seed =>
        {
            var random = new Random(seed);
            var (a, b, c) = (Seen(random), Seen(random), Seen(random));
            return Text(a.Join(b)) == Text(b.Join(a)) && Text(a.Join(b).Join(c)) == Text(a.Join(b.Join(c))) && Text(a.Join(a)) == Text(a);
        }).QuickCheckThrowOnFailure();

    private static byte[] View(IReadOnlyList<MergeSide> sides) =>
    [
        .. Behaviour.Bytes(PersonView.OfProfiles().Of(Behaviour.Person(0), [.. sides.Select(s => new ViewSide(s.Subject, s.Profile, Purposes.All))], Purposes.All)),
        .. Behaviour.Bytes(PersonView.OfVaults().Of(Behaviour.Person(0), [.. sides.Select(s => new ViewSide(s.Subject, s.Vault, Purposes.All))], Purposes.All)),
    ];

    private static JointConsent Joint(Random random) =>
        JointConsent.Of(Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Behaviour.Person(random.Next(3)), Sides.Consent(random))));

    // What it says, and what it would say together with anybody else.
    private static bool Same(JointConsent one, JointConsent other) =>
        one.Vote() == other.Vote() && Enumerable.Range(0, 8).All(i => one.Join(Joint(new(i))).Vote() == other.Join(Joint(new(i))).Vote() && one.Standard(Sides.Policy) == other.Standard(Sides.Policy));

    private static CapCounts Caps(Random random) => Enumerable.Range(0, 3).Aggregate(CapCounts.None, (all, _) => all.Join(Sides.Caps(random, random.Next(3))));

    private static Exposures Seen(Random random) => Enumerable.Range(0, 3).Aggregate(Exposures.None, (all, _) => all.Join(Sides.Seen(random, random.Next(3))));

    private static string Text(CapCounts caps) => string.Join(';', caps.Counts.OrderBy(c => (c.Key.Side.Key, c.Key.Cap)));

    private static string Text(Exposures seen) => string.Join(';', seen.Seen.Values.OrderBy(e => (e.Side.Key, e.Experiment)));
}
