using System.Text.Json;

namespace Personalization.Functions.Hosting.Envelopes;

internal static class EnvelopedTimer
{
    public static TimerRun Read(Envelope envelope)
    {
        var timer = envelope.Value(BindingNames.Timer);
        if (timer.ValueKind != JsonValueKind.Object) throw new EnvelopeException("the timer is no object");
        var status = timer.TryGetProperty("ScheduleStatus", out var s) && s.ValueKind == JsonValueKind.Object ? s : default;
        var pastDue = timer.TryGetProperty("IsPastDue", out var late) && late.ValueKind == JsonValueKind.True;
        return new(Time(status, "Last"), Time(status, "Next"), Time(status, "LastUpdated"), pastDue);
    }

    // The first run's "last" is the year 1, which means never.
    private static DateTimeOffset? Time(JsonElement status, string name)
    {
        if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty(name, out var value)) return null;
        var time = EnvelopedEvents.Time(value);
        return time.Year == 1 ? null : time;
    }
}
