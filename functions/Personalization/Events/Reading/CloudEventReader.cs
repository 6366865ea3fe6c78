using System.Text.Json;
using Personalization.Consent;

namespace Personalization.Events.Reading;

/// <summary>
/// Reads a CloudEvents 1.0 envelope in its JSON form. Our fields are in <c>data</c>; where the envelope and the data both
/// say id, type or time, the envelope is right. Consent may come as extensions, which are plain texts.
/// </summary>
internal static class CloudEventReader
{
    private const string NotJson = "is not taken; put the fields of the event into data as JSON";

    public static void Read(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        var envelope = new CloudAttributes();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = EventReader.Name(ref json, batch);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (name.SequenceEqual("data"u8)) Data(ref json, batch, ref e);
            else if (name.SequenceEqual("data_base64"u8)) EventReader.Wrong(ref json, ref e, "data_base64", NotJson);
            else if (name.SequenceEqual("time"u8)) envelope.At = Time(ref json, batch, ref e);
            else Attribute(ref json, batch, ref e, ref envelope, name);
        }

        envelope.Seal(batch, ref e);
    }

    private static void Data(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType == JsonTokenType.StartObject) EventReader.Fields(ref json, batch, ref e);
        else EventReader.Wrong(ref json, ref e, "data", "is not an object");
    }

    private static long? Time(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        var inner = e.At;
        EventReader.Time(ref json, batch, ref e);
        var outer = e.At;
        e.At = inner;
        return outer;
    }

    private static void Attribute(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e, ref CloudAttributes envelope, scoped ReadOnlySpan<byte> name)
    {
        var attribute = CloudAttributes.Find(name);
        if (attribute == CloudAttribute.None) json.Skip();
        else if (attribute == CloudAttribute.Gpc)
        {
            e.Gpc |= json.TokenType != JsonTokenType.False;
            json.Skip();
        }
        else envelope.Set(attribute, Texts.Read(ref json, batch, ref e, CloudAttributes.Names[(int)attribute], ConsentReader.MaxString));
    }
}
