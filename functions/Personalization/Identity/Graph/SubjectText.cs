using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Identity.Graph;

/// <summary>A subject as 32 hex digits: how it is written in stored events and asked for in paths.</summary>
public sealed class SubjectText : JsonConverter<Subject>
{
    private const int Digits = 32;

    public static bool TryParse(string? text, out Subject subject)
    {
        subject = default;
        if (text is not { Length: Digits } || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var key)) return false;
        subject = new(key);
        // One subject, one text: no capitals.
        return subject.ToString() == text;
    }

    public override Subject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var subject) ? subject : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Subject value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
