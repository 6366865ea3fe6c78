using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Functions.Triggers;

/// <summary>Reads somebody as a subject's text alone, or as an object that says by what they are named.</summary>
internal sealed class MergePartyText : JsonConverter<MergeParty>
{
    public override MergeParty Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return new(reader.GetString(), null, null, null, null);
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var party = new MergeParty(null, null, null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw new JsonException();
            party = With(party, name, reader.GetString());
        }

        return party;
    }

    public override void Write(Utf8JsonWriter writer, MergeParty value, JsonSerializerOptions options) => throw new NotSupportedException("Nobody is named in what leaves here.");

    private static MergeParty With(MergeParty party, string? name, string? value) => name switch
    {
        "subject" => party with { Subject = value },
        "user" => party with { User = value },
        "visitor" => party with { Visitor = value },
        "namespace" => party with { Namespace = value },
        "value" => party with { Value = value },
        _ => throw new JsonException(),
    };
}
