using Personalization.Functions.Hosting.Runner;

namespace Personalization.Tests.Hosting.Runner;

/// <summary>Schedules mean here what they mean at the Functions host.</summary>
public sealed class CronTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-01-05T09:00:00Z", "2026-01-05T09:05:00Z")]
    [InlineData("*/10 * * * * *", "2026-01-05T09:00:09.999Z", "2026-01-05T09:00:10Z")]
    [InlineData("0 0 3 * * *", "2026-01-05T09:00:00Z", "2026-01-06T03:00:00Z")]
    [InlineData("0 0 3 * * *", "2026-01-06T03:00:00Z", "2026-01-07T03:00:00Z")]
    [InlineData("0 30 9 * * MON-FRI", "2026-01-09T09:30:00Z", "2026-01-12T09:30:00Z")]
    [InlineData("0 0 0 1 JAN *", "2026-01-05T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("0 0 12 * * 0", "2026-01-05T00:00:00Z", "2026-01-11T12:00:00Z")]
    [InlineData("0 0 12 * * Sunday", "2026-01-05T00:00:00Z", "2026-01-11T12:00:00Z")]
    [InlineData("0 5/15 * * * *", "2026-01-05T09:06:00Z", "2026-01-05T09:20:00Z")]
    [InlineData("0 0,30 8-10/2 * * *", "2026-01-05T08:30:00Z", "2026-01-05T10:00:00Z")]
    [InlineData("59 59 23 31 12 *", "2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    // Day of month and weekday must both fit: the first Friday the 13th after.
    [InlineData("0 0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-02-13T00:00:00Z")]
    [InlineData("0 0 0 29 FEB 1", "2096-03-01T00:00:00Z", "2112-02-29T00:00:00Z")]
    public void The_next_occurrence_is(string schedule, string after, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), Cron.Parse(schedule).Schedule!.Next(DateTimeOffset.Parse(after)));

    [Theory]
    [InlineData(""), InlineData("* * * * *"), InlineData("* * * * * * *"), InlineData("60 * * * * *"), InlineData("* 60 * * * *"), InlineData("* * 24 * * *"), InlineData("* * * 0 * *"),
     InlineData("* * * 32 * *"), InlineData("* * * * 13 *"), InlineData("* * * * * 7"), InlineData("*/0 * * * * *"), InlineData("5-1 * * * * *"), InlineData("a * * * * *"),
     InlineData("1,,2 * * * * *"), InlineData("-1 * * * * *"), InlineData("+1 * * * * *"), InlineData("1- * * * * *"), InlineData("0 0 0 31 FEB *"), InlineData("* * * * JUNI *")]
    public void Is_no_schedule(string schedule) => Assert.NotNull(Cron.Parse(schedule).Fault);

    [Fact]
    public void Every_occurrence_fits_and_none_between_is_left_out()
    {
        // Against the plainest possible reading: try every second.
        var cron = Cron.Parse("7/20 */7 9-10,22 * 1,3 1-5").Schedule!;
        var start = new DateTimeOffset(2026, 1, 5, 8, 59, 0, TimeSpan.Zero);
        var at = start;
        var naive = Enumerable.Range(1, 26 * 3600).Select(s => start.AddSeconds(s))
            .Where(t => t.Second is 7 or 27 or 47 && t.Minute % 7 == 0 && t.Hour is 9 or 10 or 22 && t.DayOfWeek is > DayOfWeek.Sunday and < DayOfWeek.Saturday);
        foreach (var expected in naive)
        {
            var next = cron.Next(at);
            Assert.Equal(expected, next);
            at = next!.Value;
        }
    }
}
