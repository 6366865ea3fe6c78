using System.Text.Json;

namespace Personalization.Decisions.Asking;

/// <summary>The slots of a page: <c>[{name, count}]</c>.</summary>
internal readonly ref struct SlotReader(Ask ask)
{
    private const int MaxName = 100;

    public AskFault? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) return AskFault.Type("slots", "must be an array of slots");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var at = $"slots[{ask.Slots.Count}]";
            if (ask.Slots.Count == AskReader.MaxSlots) return new AskFault("slots", $"must hold at most {AskReader.MaxSlots} slots");
            if (json.TokenType != JsonTokenType.StartObject) return AskFault.Type(at, "must be an object");
            if (Slot(ref json, at, out var slot) is { } fault) return fault;
            if (slot.Name is null) return new AskFault($"{at}.name", "is missing");
            if (ask.Slots.Exists(s => s.Name == slot.Name)) return new AskFault($"{at}.name", "is there twice");
            ask.Slots.Add(slot);
        }

        return null;
    }

    private static AskFault? Slot(ref Utf8JsonReader json, string at, out WantedSlot slot)
    {
        slot = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (name, count) = (json.ValueTextEquals("name"u8), json.ValueTextEquals("count"u8));
            if (!name && !count) return AskFault.Name(AskNames.Unknown(ref json) is { Length: > 0 } other ? $"{at}.{other}" : at);
            json.Read();
            if (name)
            {
                if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > MaxName) return new AskFault($"{at}.name", $"must be a text of 1 to {MaxName} bytes");
                slot = slot with { Name = json.GetString()! };
            }
            else if (json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number is >= 1 and <= 100) slot = slot with { Count = number };
            else if (json.TokenType != JsonTokenType.Null) return new AskFault($"{at}.count", "must be between 1 and 100");
        }

        return null;
    }
}
