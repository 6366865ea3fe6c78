using FsCheck;
using FsCheck.Fluent;
using Personalization.Consent;

namespace Personalization.Tests.Consent;

/// <summary>How votes add up.</summary>
public sealed class VoteTests
{
    private static readonly Gen<Purposes> Some = Gen.Choose(0, (int)Purposes.All).Select(p => (Purposes)p);
    private static readonly Arbitrary<Vote[]> Three = Gen.Two(Some).Select(p => new Vote(p.Item1, p.Item2)).ArrayOf(3).ToArbitrary();

    [Fact]
    public void Order_and_grouping_and_repetition_do_not_matter() => Prop.ForAll(Three, v =>
        v[0] + v[1] == v[1] + v[0] && v[0] + v[1] + v[2] == v[0] + (v[1] + v[2]) && v[0] + v[0] == v[0] && v[0] + Vote.Silent == v[0]).QuickCheckThrowOnFailure();

    [Fact]
    public void A_no_outweighs_every_yes_and_silence_leaves_the_standard() => Prop.ForAll(Three, Some.ToArbitrary(), (v, standard) =>
    {
        var sum = v[0] + v[1] + v[2];
        var allowed = sum.Over(standard);
        return (allowed & sum.Denied) == Purposes.None && (sum.Granted & ~sum.Denied & ~allowed) == Purposes.None && (allowed & ~(sum.Granted | sum.Denied)) == (standard & ~(sum.Granted | sum.Denied));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_more_no_never_allows_more() => Prop.ForAll(Three, Some.ToArbitrary(), (v, p) =>
        ((v[0] + Vote.No(p)).Over(Purposes.All) & ~v[0].Over(Purposes.All)) == Purposes.None).QuickCheckThrowOnFailure();
}
