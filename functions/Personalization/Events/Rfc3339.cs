using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Events;

/// <summary>Reads a time that says its offset. Without one it would be read in the zone of whichever server takes it.</summary>
public sealed class Rfc3339 : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && SaysOffset(reader.GetString()!) ? time : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    private static bool SaysOffset(string text) => text[^1] is 'Z' or 'z' || (text.Length > 19 && text[^6] is '+' or '-');
}
