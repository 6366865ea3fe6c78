using System.Text.Json;
using Personalization.Consent;

namespace Personalization.Events.Reading;

/// <summary>Reads where an event comes from. The device is checked and forgotten: nothing is made of it.</summary>
internal static class ContextReader
{
    public static void Read(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            EventReader.Wrong(ref json, ref e, "context");
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = EventReader.Name(ref json, batch);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (name.SequenceEqual("region"u8)) Region(ref json, batch, ref e);
            else if (name.SequenceEqual("channel"u8)) Channel(ref json, batch, ref e);
            else if (!name.SequenceEqual("device"u8)) json.Skip();
            else if (json.TokenType != JsonTokenType.String) EventReader.Wrong(ref json, ref e, "context.device");
        }
    }

    private static void Region(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType == JsonTokenType.String && Consent.Region.TryParse(EventReader.Name(ref json, batch), out var region)) e.Region = region;
        else EventReader.Wrong(ref json, ref e, "context.region", "must be an ISO 3166 code such as DE or US-CA");
    }

    private static void Channel(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.String) EventReader.Wrong(ref json, ref e, "context.channel");
        else e.FromThirdParty = EventReader.Name(ref json, batch).SequenceEqual("third-party"u8);
    }
}
