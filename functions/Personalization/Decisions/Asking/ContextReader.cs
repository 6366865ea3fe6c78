using System.Text.Json;
using Personalization.Consent;
using Personalization.Rules;

namespace Personalization.Decisions.Asking;

/// <summary>Where a request comes from: <c>{region, device, channel}</c>.</summary>
internal readonly ref struct ContextReader(Ask ask)
{
    private const int MaxName = 64;

    public AskFault? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) return AskFault.Type("context", "must be an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (region, device, channel) = (json.ValueTextEquals("region"u8), json.ValueTextEquals("device"u8), json.ValueTextEquals("channel"u8));
            if (!region && !device && !channel) return AskFault.Name(AskNames.Unknown(ref json) is { Length: > 0 } name ? $"context.{name}" : "context");
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > MaxName)
                return new AskFault(region ? "context.region" : device ? "context.device" : "context.channel", $"must be a text of 1 to {MaxName} bytes");
            if (region)
            {
                if (!Region.TryParse(json.ValueSpan, out var known)) return new AskFault("context.region", "must be a code of ISO 3166, such as DE or US-CA");
                ask.Region = known;
            }
            else if (device) ask.Device = Key(ref json);
            else ask.Channel = Key(ref json);
        }

        return null;
    }

    private static ulong Key(ref Utf8JsonReader json)
    {
        return json.ValueIsEscaped ? CompiledRules.KeyOf(json.GetString()!) : CompiledRules.KeyOf(json.ValueSpan);
    }
}
