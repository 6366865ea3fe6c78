namespace Personalization.Functions.Hosting.Runner;

/// <summary>
/// A six-field cron expression as the Functions host reads it (NCRONTAB): second minute hour day month weekday, in UTC.
/// A time fits when every field does, day of month and weekday alike. Each field is a bit set.
/// </summary>
public sealed record Cron(ulong Seconds, ulong Minutes, ulong Hours, ulong Days, ulong Months, ulong Weekdays)
{
    // 29 February on a given weekday can be 40 years away (2096 to 2104 has no leap year between).
    private const int Horizon = 41;

    public static (Cron? Schedule, string? Fault) Parse(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length != 6) return (null, "needs six fields: second minute hour day month weekday");
        var sets = new ulong[6];
        for (var i = 0; i < 6; i++)
        {
            if (CronField.All[i].Parse(fields[i]) is not { } set) return (null, $"has no valid {CronField.All[i].Name}: '{fields[i]}'");
            sets[i] = set;
        }

        var cron = new Cron(sets[0], sets[1], sets[2], sets[3], sets[4], sets[5]);
        return cron.Next(DateTimeOffset.UnixEpoch) is null ? (null, "names a day that never comes") : (cron, null);
    }

    /// <summary>The first time that fits after this one; null if none does in 41 years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var t = after.ToUniversalTime();
        t = new DateTimeOffset(t.Year, t.Month, t.Day, t.Hour, t.Minute, t.Second, TimeSpan.Zero).AddSeconds(1);
        var end = after.Year + Horizon;
        while (t.Year <= end)
        {
            if (!Has(Months, t.Month)) t = new DateTimeOffset(t.Year, t.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            else if (!Has(Days, t.Day) || !Has(Weekdays, (int)t.DayOfWeek)) t = new DateTimeOffset(t.Date, TimeSpan.Zero).AddDays(1);
            else if (!Has(Hours, t.Hour)) t = new DateTimeOffset(t.Date, TimeSpan.Zero).AddHours(t.Hour + 1);
            else if (!Has(Minutes, t.Minute)) t = t.AddSeconds(60 - t.Second);
            else if (!Has(Seconds, t.Second)) t = t.AddSeconds(1);
            else return t;
        }

        return null;
    }

    private static bool Has(ulong set, int value) => (set >> value & 1) != 0;
}
