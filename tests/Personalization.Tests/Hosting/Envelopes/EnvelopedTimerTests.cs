using System.Text;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Envelopes;

namespace Personalization.Tests.Hosting.Envelopes;

/// <summary>The forms of a timer's times that the contract warns of.</summary>
public sealed class EnvelopedTimerTests
{
    [Theory]
    [InlineData("2026-03-13T03:00:00Z"), InlineData("2026-03-13T03:00:00"), InlineData("2026-03-13T04:00:00+01:00"), InlineData("2026-03-13T03:00:00.0000000Z")]
    public void A_time_may_come_with_z_with_an_offset_or_with_neither(string text) =>
        Assert.Equal(new DateTimeOffset(2026, 3, 13, 3, 0, 0, TimeSpan.Zero), Read($$"""{"Last":"{{text}}","Next":"{{text}}","LastUpdated":"{{text}}"}""").Last);

    [Fact]
    public void The_year_1_means_that_it_never_ran() =>
        Assert.Null(Read("""{"Last":"0001-01-01T00:00:00","Next":"2026-03-13T03:00:00Z","LastUpdated":"0001-01-01T00:00:00"}""").Last);

    [Theory]
    [InlineData("""{"Last":7}"""), InlineData("""{"Last":"yesterday"}""")]
    public void Anything_else_is_no_frame_of_the_hosts(string status) => Assert.Throws<EnvelopeException>(() => Read(status));

    private static TimerRun Read(string status)
    {
        using var envelope = Envelope.Parse(Encoding.UTF8.GetBytes($$"""{"Data":{"timer":{"ScheduleStatus":{{status}},"IsPastDue":false} } }"""));
        return EnvelopedTimer.Read(envelope);
    }
}
