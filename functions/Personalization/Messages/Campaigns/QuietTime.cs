using System.Globalization;

namespace Personalization.Messages.Campaigns;

/// <summary>Quiet hours as decisions read them.</summary>
public sealed class QuietTime
{
    private const string Form = "must be a time of day such as 21:00";

    private readonly TimeOnly from, until;
    private readonly TimeZoneInfo zone;
    private readonly byte channels;

    internal QuietTime(QuietHours hours)
    {
        (from, until) = (Time(hours.From)!.Value, Time(hours.Until)!.Value);
        zone = TimeZoneInfo.FindSystemTimeZoneById(hours.Zone ?? "UTC");
        channels = MessageChannels.Bits(hours.Channels, MessageChannels.Quiet);
    }

    /// <summary>From its first minute to the last before it ends, also over midnight.</summary>
    public bool Holds(MessageChannel channel, DateTimeOffset at) =>
        MessageChannels.Holds(channels, channel) && TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime).IsBetween(from, until);

    internal static (string, string)? Fault(QuietHours hours) => hours switch
    {
        _ when Time(hours.From) is null => ("quietHours.from", Form),
        _ when Time(hours.Until) is null => ("quietHours.until", Form),
        _ when Time(hours.From) == Time(hours.Until) => ("quietHours.until", "is the same as from; leave quietHours out for none"),
        { Zone: { } zone } when !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) => ("quietHours.zone", "must be a time zone of the IANA, such as Europe/Berlin"),
        _ => CampaignCheck.Channels("quietHours.channels", hours.Channels),
    };

    private static TimeOnly? Time(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
