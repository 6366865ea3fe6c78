using Personalization.Messages.Caps;

namespace Personalization.Tests.Messages.Caps;

/// <summary>What a document of caps says.</summary>
public sealed class CapSheetTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly CapPlace Today = new(7, CapWindow.Of(CapPeriod.Day, Now));

    [Fact]
    public void A_promise_takes_room_until_it_lapses_and_a_confirmed_showing_for_good()
    {
        var sheet = CapSheet.None.With([Promise(1), Promise(2), Promise(3)]);
        sheet = sheet.Confirmed(sheet.Reservations[new(1, 0)]);
        sheet = sheet.Released(sheet.Reservations[new(2, 0)]);
        Assert.Equal(2, Used(sheet, Now));
        Assert.Equal(1, Used(sheet, Now.AddMinutes(10)));
    }

    [Fact]
    public void A_later_copy_wins_and_being_told_twice_changes_nothing()
    {
        var early = CapSheet.None.With([Promise(1), Promise(2)]);
        var late = early.Confirmed(early.Reservations[new(1, 0)]);
        late = late.Released(late.Reservations[new(2, 0)]);
        var side = CapWorld.Sides[1];
        foreach (var joined in new[] { early.Knowing(side, late), late.Knowing(side, early), early.Knowing(side, late).Knowing(side, late) })
            Assert.Equal(CapDocument.Body(late), CapDocument.Body(joined));
    }

    [Fact]
    public void What_a_document_says_is_read_back()
    {
        var sheet = CapSheet.None.With([Promise(1), Promise(2)]) with { Home = CapWorld.Sides[0], Joined = [CapWorld.Sides[2]] };
        sheet = sheet.Confirmed(sheet.Reservations[new(1, 0)]);
        var read = CapDocument.Read(CapDocument.Body(sheet))!;
        Assert.Equal(CapDocument.Body(sheet), CapDocument.Body(read));
        Assert.Equal((sheet.Home, 2, 1), (read.Home, read.Reservations.Count, read.Counts.Total([CapWorld.Sides[1]], Today.Cap, Today.Window)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"joined":["nobody"],"counts":[],"promises":[]}""")]
    [InlineData("""{"joined":[],"counts":[null],"promises":[]}""")]
    [InlineData("""{"joined":[],"counts":[],"promises":[{"decision":1,"slot":0,"side":"00000000000000000000000000000001","until":1,"state":0}]}""")]
    public void Damage_is_not_taken_for_an_empty_document(string body) => Assert.Null(CapDocument.Read(System.Text.Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void What_counts_for_nothing_any_more_is_forgotten()
    {
        var sheet = CapSheet.None.With([Promise(1), Promise(2)]);
        sheet = sheet.Confirmed(sheet.Reservations[new(1, 0)]);
        Assert.Equal((1, 2), (sheet.Pruned(Now.AddHours(1)).Counts.Counts.Count, sheet.Pruned(Now.AddHours(1)).Reservations.Count));
        var later = sheet.Pruned(Now.AddDays(2));
        Assert.Equal((0, 0), (later.Counts.Counts.Count, later.Reservations.Count));
    }

    [Fact]
    public void A_window_is_remembered_a_while_after_its_end_for_clocks_that_differ()
    {
        var sheet = CapSheet.None.With([Promise(1)]);
        sheet = sheet.Confirmed(sheet.Reservations[new(1, 0)]);
        var midnight = new DateTimeOffset(Now.Date.AddDays(1), TimeSpan.Zero);
        Assert.Equal((1, 0), (sheet.Pruned(midnight.AddMinutes(59)).Counts.Counts.Count, sheet.Pruned(midnight.AddHours(1)).Counts.Counts.Count));
    }

    [Fact]
    public void Windows_begin_at_midnight_on_Monday_and_on_the_first_in_UTC()
    {
        var sunday = new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero).AddDays(1);
        Assert.Equal(DayOfWeek.Sunday, sunday.DayOfWeek);
        Assert.Equal(CapWindow.Of(CapPeriod.Week, sunday) + 1, CapWindow.Of(CapPeriod.Week, sunday.AddSeconds(1)));
        Assert.Equal(CapWindow.Of(CapPeriod.Week, sunday), CapWindow.Of(CapPeriod.Week, sunday.AddDays(-6)));
        Assert.Equal(CapWindow.Of(CapPeriod.Month, sunday), CapWindow.Of(CapPeriod.Month, sunday.AddDays(-1)) + 1);
        Assert.Equal(CapWindow.Of(CapPeriod.Day, sunday) + 1, CapWindow.Of(CapPeriod.Day, sunday.AddSeconds(1)));
        Assert.Equal(CapWindow.Of(CapPeriod.Hour, sunday), CapWindow.Of(CapPeriod.Hour, sunday.ToOffset(TimeSpan.FromHours(5))));
        Assert.False(CapWindow.IsOver(CapWindow.Of(CapPeriod.Hour, Now), Now.AddMinutes(59)));
        Assert.True(CapWindow.IsOver(CapWindow.Of(CapPeriod.Hour, Now), Now.AddMinutes(60)));
    }

    private static int Used(CapSheet sheet, DateTimeOffset now) => sheet.Used([CapWorld.Sides[1]], Today.Cap, Today.Window, now);

    private static Reservation Promise(ulong number) => new(new(number, 0), CapWorld.Sides[1], [Today], Now.AddMinutes(10).ToUnixTimeMilliseconds(), ReservationState.Open);
}
