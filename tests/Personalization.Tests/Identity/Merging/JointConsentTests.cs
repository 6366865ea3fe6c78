using Personalization.Consent;
using Personalization.Identity.Merging;
using Personalization.Tests.Identity.Graph;
using static Personalization.Tests.Identity.Merging.Sides;

namespace Personalization.Tests.Identity.Merging;

public sealed class JointConsentTests
{
    private const Purposes P = Purposes.Personalization;

    [Theory]
    // One side alone is as it says itself.
    [InlineData("1Y", "", 1), InlineData("1N", "", -1), InlineData("1N 2Y", "", 1), InlineData("1Y 2N", "", -1), InlineData("1A 2N", "", -1)]
    // A no on any side is a no, also an earlier one.
    [InlineData("1N", "2Y", -1), InlineData("2N", "1Y", -1), InlineData("1N", "-", -1), InlineData("2N", "1A", -1)]
    // Unless a yes said later, signed in, overrides it; at the same moment the no stands.
    [InlineData("1N", "2A", 1), InlineData("1N", "1A", -1), InlineData("1Y 2N", "3A", 1), InlineData("1N", "2A 3N", -1)]
    // A yes is one of all sides, or said signed in.
    [InlineData("1Y", "1Y", 1), InlineData("1Y", "-", 0), InlineData("1A", "-", 1), InlineData("-", "-", 0)]
    // A row nobody can read may have been a no at any time.
    [InlineData("1?", "5A", -1), InlineData("1? 2Y", "5Y", 1)]
    public void Most_restrictive_wins_unless_a_later_authenticated_yes_overrides(string one, string other, int expected)
    {
        var joint = JointConsent.Of(Enumerable.Concat([(Folk.Subject(0), Side(one))], other.Length == 0 ? [] : [(Folk.Subject(1), Side(other))]));
        Assert.Equal(expected, joint.Vote().Granted.Cover(P) ? 1 : joint.Vote().Denied.Cover(P) ? -1 : 0);
    }

    [Fact]
    public void A_signals_yes_is_nobodys_own_word_and_overrides_nothing()
    {
        var denied = SideConsent.Of([(0, Row(1, Purposes.None, P))], _ => false);
        var signalled = SideConsent.Of([(0, Row(2, P, Purposes.None, bySignal: P))], _ => true);
        Assert.True(JointConsent.Of([(Folk.Subject(0), denied), (Folk.Subject(1), signalled)]).Vote().Denied.Cover(P));
    }

    [Fact]
    public void A_word_is_proved_only_by_an_identifier_people_have_one_of_and_had_signed_in_with_by_then()
    {
        var graph = Folk.Folded(Folk.Linked(0, 1, Folk.Seen("user")), Folk.Linked(0, 1, Folk.Signed("user", 10)), Folk.Linked(0, 2, Folk.Signed("visitor")), Folk.Linked(1, 3, Folk.Signed("visitor")), Folk.Merged(1, 0, 1));
        var (proved, other) = (SideConsent.ProvedBy(graph, Folk.Subject(0)), SideConsent.ProvedBy(graph, Folk.Subject(1)));
        Assert.Equal([false, true], new[] { 9, 10 }.Select(m => proved(Folk.Start.AddMinutes(m))));
        Assert.False(other(Folk.Start.AddMinutes(20)));
    }

    [Fact]
    public void Where_nobody_spoke_the_strictest_law_of_all_sides_holds()
    {
        var policy = new ConsentPolicy(1, new Dictionary<Region, Regime> { [Where("DE")] = Regime.OptIn }, Regime.OptOut);
        var (german, other) = (SideConsent.Of([(0, Row(1, Purposes.Marketing, Purposes.None, region: "DE"))], _ => false), SideConsent.Silent);
        Assert.True(JointConsent.Of(Folk.Subject(0), other).Allowed(policy).Cover(P));
        Assert.False(JointConsent.Of([(Folk.Subject(0), other), (Folk.Subject(1), german)]).Allowed(policy).Cover(P));
        Assert.Equal(Purposes.None, JointConsent.None.Allowed(policy));
    }

    // Minute and Y(es), N(o), A(uthenticated yes) or ? (unreadable), row by row.
    private static SideConsent Side(string rows)
    {
        var all = rows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(r => r != "-").ToList();
        var proved = all.Where(r => r[1] == 'A').Select(r => Folk.Start.AddMinutes(r[0] - '0')).ToHashSet();
        return SideConsent.Of(all.Select((r, i) => ((long)i, r[1] == '?' ? null : Row(r[0] - '0', r[1] == 'N' ? Purposes.None : P, r[1] == 'N' ? P : Purposes.None))), proved.Contains);
    }

    private static Region Where(string code) => Region.TryParse(code, out var region) ? region : throw new FormatException();
}
