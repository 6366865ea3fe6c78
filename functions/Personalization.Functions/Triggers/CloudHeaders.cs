using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using Personalization.Events;
using Personalization.Events.Reading;

namespace Personalization.Functions.Triggers;

/// <summary>The CloudEvents envelope of an event that travels in headers (<c>ce-id</c> and so on), with the event as the body.</summary>
internal static class CloudHeaders
{
    private const string Prefix = "ce-";

    public static bool Are(IHeaderDictionary headers) => headers.ContainsKey("ce-specversion");

    /// <summary>Puts the envelope over the one event of the batch.</summary>
    public static void Seal(IHeaderDictionary headers, EventBatch batch)
    {
        ref var e = ref batch[0];
        var envelope = new CloudAttributes();
        for (var a = CloudAttribute.SpecVersion; a <= CloudAttribute.GppString; a++)
            if (headers.TryGetValue(Prefix + CloudAttributes.Names[(int)a], out var value)) envelope.Set(a, Keep(batch, value));
        if (headers.TryGetValue(Prefix + "gpc", out var gpc)) e.Gpc |= gpc != "false";
        if (headers.TryGetValue(Prefix + "time", out var time)) envelope.At = Time(time, ref e);
        envelope.Seal(batch, ref e);
    }

    // Header values carry what is not printable ASCII percent-encoded (CloudEvents HTTP binding 3.1.3.2).
    private static Slice Keep(EventBatch batch, StringValues value)
    {
        var text = Uri.UnescapeDataString(value.ToString());
        return batch.Keep(Encoding.UTF8.GetBytes(text, batch.Room(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    private static long? Time(StringValues value, ref IncomingEvent e)
    {
        var text = value.ToString();
        if (text.Length > 19 && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-'))
            return at.ToUnixTimeMilliseconds();
        if (e.Fault.None) e.Fault = new("time", "must be a time with its offset, such as 2026-03-14T15:09:26Z");
        return null;
    }
}
