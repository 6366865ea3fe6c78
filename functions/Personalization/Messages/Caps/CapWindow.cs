namespace Personalization.Messages.Caps;

/// <summary>How long a cap counts before it begins anew.</summary>
public enum CapPeriod : byte { Hour, Day, Week, Month }

/// <summary>
/// Windows by number: UTC hours, days, weeks from Monday, and months of the calendar. They are fixed, so two full windows may
/// meet at their border; a sliding one would have to remember the time of every showing. The period is in the two highest
/// bits, so that what a number counts in can be told without the campaign.
/// </summary>
public static class CapWindow
{
    private const int PeriodBits = 30;

    /// <summary>1 January 1970 was a Thursday.</summary>
    private const int DaysToMonday = 3;

    public static readonly IReadOnlyList<string> Names = ["hour", "day", "week", "month"];

    public static CapPeriod? Period(string? name)
    {
        for (var i = 0; i < Names.Count; i++)
            if (Names[i] == name) return (CapPeriod)i;
        return null;
    }

    public static uint Of(CapPeriod per, DateTimeOffset at)
    {
        var days = at.ToUnixTimeSeconds() / 86_400;
        var number = per switch
        {
            CapPeriod.Hour => at.ToUnixTimeSeconds() / 3_600,
            CapPeriod.Day => days,
            CapPeriod.Week => (days + DaysToMonday) / 7,
            _ => (12 * (at.UtcDateTime.Year - 1970)) + at.UtcDateTime.Month - 1,
        };
        return ((uint)per << PeriodBits) | (uint)number;
    }

    public static bool IsOver(uint window, DateTimeOffset now) => Of((CapPeriod)(window >> PeriodBits), now) > window;
}
