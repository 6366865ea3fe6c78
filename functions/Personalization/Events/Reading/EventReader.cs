using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;

namespace Personalization.Events.Reading;

/// <summary>
/// Reads the fields of one event. A field that is not as it should be makes the event faulty and nothing else: the rest
/// of the request is read on. Fields that are not listed are passed over and not kept.
/// </summary>
internal static class EventReader
{
    private const string WrongType = "has the wrong type";
    private const int MaxName = 6 * 64;

    /// <summary>Reads one value that should be an event, whatever it is, up to its end.</summary>
    public static void Read(ref Utf8JsonReader json, EventBatch batch, bool cloud)
    {
        ref var e = ref batch.Add();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            e.Fault = new("event", "is not an object");
            json.Skip();
        }
        else if (cloud) CloudEventReader.Read(ref json, batch, ref e);
        else Fields(ref json, batch, ref e);
    }

    /// <summary>Reads the members of an object up to its end.</summary>
    public static void Fields(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Name(ref json, batch);
            json.Read();
            Field(ref json, batch, ref e, name);
        }
    }

    /// <summary>A member's name; empty where it is longer than any we know.</summary>
    public static ReadOnlySpan<byte> Name(scoped ref Utf8JsonReader json, EventBatch batch)
    {
        if (!json.ValueIsEscaped) return json.ValueSpan;
        return json.ValueSpan.Length > MaxName ? [] : Unescape(ref json, batch.Room(json.ValueSpan.Length));
    }

    private static void Field(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e, scoped ReadOnlySpan<byte> name)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8): e.Id = Texts.Id(ref json, batch, ref e, "id"); break;
            case 4 when name.SequenceEqual("type"u8): Type(ref json, batch, ref e); break;
            case 4 when name.SequenceEqual("time"u8): Time(ref json, batch, ref e); break;
            case 4 when name.SequenceEqual("user"u8): e.User = Texts.Id(ref json, batch, ref e, "user"); break;
            case 4 when name.SequenceEqual("item"u8): Item(ref json, batch, ref e); break;
            case 5 when name.SequenceEqual("items"u8): ItemList(ref json, batch, ref e); break;
            case 5 when name.SequenceEqual("query"u8): e.Query = Texts.Read(ref json, batch, ref e, "query", EventOptions.MaxQuery); break;
            case 5 when name.SequenceEqual("value"u8): e.Value = Numbers.Value(ref json, ref e); break;
            case 7 when name.SequenceEqual("visitor"u8): e.Visitor = Texts.Id(ref json, batch, ref e, "visitor"); break;
            case 7 when name.SequenceEqual("session"u8): e.Session = Texts.Id(ref json, batch, ref e, "session"); break;
            case 7 when name.SequenceEqual("dwellMs"u8): e.DwellMs = Numbers.Whole(ref json, ref e, "dwellMs", 0, 86_400_000); break;
            case 7 when name.SequenceEqual("context"u8): ContextReader.Read(ref json, batch, ref e); break;
            case 7 when name.SequenceEqual("consent"u8): ConsentReader.Read(ref json, batch, ref e); break;
            case 8 when name.SequenceEqual("quantity"u8): e.Quantity = Numbers.Whole(ref json, ref e, "quantity", 1, 1_000_000); break;
            case 8 when name.SequenceEqual("currency"u8): Texts.Currency(ref json, batch, ref e); break;
            case 8 when name.SequenceEqual("decision"u8): e.Decision = Texts.Id(ref json, batch, ref e, "decision"); break;
            default: json.Skip(); break;
        }
    }

    /// <summary>Notes the first thing that is wrong, and goes past the value it is in.</summary>
    public static void Wrong(ref Utf8JsonReader json, ref IncomingEvent e, string field, string reason = WrongType)
    {
        if (e.Fault.None) e.Fault = new(field, reason);
        json.Skip();
    }

    public static void Type(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.String) Wrong(ref json, ref e, "type");
        else e.Type = EventTypes.Find(Name(ref json, batch));
    }

    // Without an offset a time would be read in the zone of whichever server takes it.
    public static void Time(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        // The text first: asked for its time, a text that holds half a character throws.
        var text = json.TokenType == JsonTokenType.String ? Name(ref json, batch) : [];
        if (!text.IsEmpty && json.TryGetDateTimeOffset(out var time) && SaysOffset(text)) e.At = time.ToUnixTimeMilliseconds();
        else Wrong(ref json, ref e, "time", "must be a time with its offset, such as 2026-03-14T15:09:26Z");
    }

    private static bool SaysOffset(ReadOnlySpan<byte> text) => text[^1] is (byte)'Z' or (byte)'z' || (text.Length > 19 && text[^6] is (byte)'+' or (byte)'-');

    private static void Item(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        var text = Texts.Id(ref json, batch, ref e, "item");
        if (!text.IsEmpty) batch.AddItem(ref e, ItemKey.Of(batch.Text(text)).Value);
    }

    private static void ItemList(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            Wrong(ref json, ref e, "items");
            return;
        }

        for (var n = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; n++)
        {
            if (n < EventOptions.MaxItems) Item(ref json, batch, ref e);
            else Wrong(ref json, ref e, "items", "holds more than 100 items");
        }
    }

    /// <summary>The text with its escapes resolved; empty where they make no text.</summary>
    public static ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader json, Span<byte> into)
    {
        try { return into[..json.CopyString(into)]; }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException) { return []; }
    }
}
