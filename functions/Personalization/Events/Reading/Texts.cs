using System.Text.Json;
using Personalization.Identity;

namespace Personalization.Events.Reading;

/// <summary>Reads the texts of an event, within their bounds.</summary>
internal static class Texts
{
    public static Slice Id(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e, string field)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            EventReader.Wrong(ref json, ref e, field);
            return default;
        }

        var slice = Place(ref json, batch, out var broken);
        if (slice.IsEmpty || broken || IsLonger(batch.Text(slice), Identifier.MaxLength))
        {
            EventReader.Wrong(ref json, ref e, field, broken ? "holds half a character" : "must have 1 to 256 characters");
            return default;
        }

        return slice;
    }

    public static Slice Read(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e, string field, int max)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            EventReader.Wrong(ref json, ref e, field);
            return default;
        }

        var slice = Place(ref json, batch, out var broken);
        if (!broken && !IsLonger(batch.Text(slice), max)) return slice;
        EventReader.Wrong(ref json, ref e, field, broken ? "holds half a character" : field == "query" ? "must have at most 1000 characters" : "is too long");
        return default;
    }

    /// <summary>Checked and forgotten: nothing is made of it.</summary>
    public static void Currency(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.String || EventReader.Name(ref json, batch) is not [>= (byte)'A' and <= (byte)'Z', >= (byte)'A' and <= (byte)'Z', >= (byte)'A' and <= (byte)'Z'])
            EventReader.Wrong(ref json, ref e, "currency", "must be three capital letters (ISO 4217)");
    }

    private static Slice Place(ref Utf8JsonReader json, EventBatch batch, out bool broken)
    {
        broken = false;
        if (!json.ValueIsEscaped) return new(batch.Offset + (int)json.TokenStartIndex + 1, json.ValueSpan.Length);
        var text = EventReader.Unescape(ref json, batch.Room(json.ValueSpan.Length));
        broken = text.IsEmpty;
        return batch.Keep(text.Length);
    }

    private static bool IsLonger(ReadOnlySpan<byte> text, int max) => text.Length > max && (text.Length > 4 * max || Characters(text) > max);

    // As JSON Schema counts them: every byte that does not go on with a character begins one.
    private static int Characters(ReadOnlySpan<byte> text)
    {
        var n = 0;
        foreach (var b in text) n += (b & 0xC0) != 0x80 ? 1 : 0;
        return n;
    }
}
