using System.Text.Json;

namespace Personalization.Events.Reading;

/// <summary>Reads the numbers of an event, within their bounds.</summary>
internal static class Numbers
{
    private const double MaxValue = 1e12;

    public static float? Value(ref Utf8JsonReader json, ref IncomingEvent e)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetDouble(out var value) && Math.Abs(value) <= MaxValue) return (float)value;
        EventReader.Wrong(ref json, ref e, "value", "must be a number of at most 1e12");
        return null;
    }

    public static int? Whole(ref Utf8JsonReader json, ref IncomingEvent e, string field, int min, int max)
    {
        if (json.TokenType == JsonTokenType.Number)
        {
            if (json.TryGetInt32(out var value) && value >= min && value <= max) return value;
            // 1.0 and 1e3 are whole numbers too.
            if (json.TryGetDouble(out var written) && written >= min && written <= max && Math.Floor(written) == written) return (int)written;
        }

        EventReader.Wrong(ref json, ref e, field, field == "quantity" ? "must be a whole number from 1 to 1000000" : "must be milliseconds, a whole number from 0 to a day");
        return null;
    }
}
