using FsCheck;
using FsCheck.Fluent;
using Personalization.Consent;

namespace Personalization.Tests.Consent;

/// <summary>How decisions follow one another.</summary>
public sealed class ConsentStandingTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly Gen<Purposes> Some = Gen.Choose(0, (int)Purposes.All).Select(p => (Purposes)p);
    private static readonly Arbitrary<ConsentRow[]> Rows = Gen.Three(Some).Select(p => Row(p.Item1, p.Item2, p.Item3)).ArrayOf().ToArbitrary();

    [Fact]
    public void On_each_purpose_the_newest_word_counts() => Prop.ForAll(Rows, rows =>
    {
        var standing = Fold(rows);
        return standing.State.Next == rows.Length && PurposeNames.All.All(p =>
        {
            var newest = rows.Select(r => r.Vote()!.Value).LastOrDefault(v => (v.Granted | v.Denied).HasFlag(p.Purpose));
            return standing.State.Vote.Granted.HasFlag(p.Purpose) == newest.Granted.HasFlag(p.Purpose) && standing.State.Vote.Denied.HasFlag(p.Purpose) == newest.Denied.HasFlag(p.Purpose);
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_yes_and_a_no_never_stand_at_once() =>
        Prop.ForAll(Rows, rows => Fold(rows).State.Vote is var v && (v.Granted & v.Denied) == Purposes.None).QuickCheckThrowOnFailure();

    [Fact]
    public void A_row_nobody_can_read_is_a_no_to_everything()
    {
        foreach (var broken in (ConsentRow?[])[null, Row(Purposes.All, default, default) with { Granted = null! }, Row(Purposes.All, default, default) with { Granted = ["personalization", "newlyInvented"] }])
        {
            var standing = Fold([Row(Purposes.All, default, default), broken]);
            Assert.Equal((Vote.No(Purposes.All), 2), (standing.State.Vote, standing.State.Next));
            Assert.Equal("s", standing.Last!.Source);
        }
    }

    [Fact]
    public void The_region_holds_until_another_is_said() =>
        Assert.Equal("FR", Fold([Row(default, default, default) with { Region = "DE" }, Row(default, default, default) with { Region = "FR" }, Row(default, default, default)]).Region.ToString());

    private static ConsentStanding Fold(ConsentRow?[] rows) =>
        rows.Select((row, i) => (Row: row, Sequence: i)).Aggregate(ConsentStanding.None, (standing, r) => standing.With(r.Sequence, r.Row));

    private static ConsentRow Row(Purposes granted, Purposes denied, Purposes bySignal) =>
        new(At, "s", "n", 1, null, PurposeNames.Of(granted), PurposeNames.Of(denied), [], PurposeNames.Of(bySignal));
}
