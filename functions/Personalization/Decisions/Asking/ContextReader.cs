using System.Text;
using System.Text.Json;
using Personalization.Consent;

namespace Personalization.Decisions.Asking;

/// <summary>Where a request comes from: <c>{region, device, channel}</c>.</summary>
internal readonly ref struct ContextReader(Ask ask)
{
    private const int MaxName = 64;
    private static readonly KeyedHash Hash = new(0x636f6e74, 0x65787400);

    /// <summary>A device's or channel's name as rules compare it; upper and lower case are the same.</summary>
    public static ulong KeyOf(string name) => Hash.Of(Encoding.UTF8.GetBytes(name.ToLowerInvariant()));

    public (string, string)? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) return ("context", "must be an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (region, device, channel) = (json.ValueTextEquals("region"u8), json.ValueTextEquals("device"u8), json.ValueTextEquals("channel"u8));
            if (!region && !device && !channel) return (AskNames.Unknown(ref json) is { Length: > 0 } name ? $"context.{name}" : "context", AskReader.NotAField);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > MaxName)
                return (region ? "context.region" : device ? "context.device" : "context.channel", $"must be a text of 1 to {MaxName} bytes");
            if (region)
            {
                if (!Region.TryParse(json.ValueSpan, out var known)) return ("context.region", "must be a code of ISO 3166, such as DE or US-CA");
                ask.Region = known;
            }
            else if (device) ask.Device = Key(ref json);
            else ask.Channel = Key(ref json);
        }

        return null;
    }

    private static ulong Key(ref Utf8JsonReader json)
    {
        Span<byte> lower = stackalloc byte[MaxName];
        return !json.ValueIsEscaped && Ascii.ToLower(json.ValueSpan, lower, out var n) == System.Buffers.OperationStatus.Done ? Hash.Of(lower[..n]) : KeyOf(json.GetString()!);
    }
}
