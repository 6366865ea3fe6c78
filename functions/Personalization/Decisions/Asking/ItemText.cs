using System.Text.Json;
using Personalization.Catalog;
using Personalization.Identity;

namespace Personalization.Decisions.Asking;

/// <summary>An item's id as it stands in a body.</summary>
internal static class ItemText
{
    private const int MaxBytes = 4 * Identifier.MaxLength;

    /// <summary>Null where there is no id of a possible length.</summary>
    public static ItemKey? Key(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > 6 * Identifier.MaxLength) return null;
        if (!json.ValueIsEscaped) return json.ValueSpan.Length <= MaxBytes ? ItemKey.Of(json.ValueSpan) : null;
        Span<byte> plain = stackalloc byte[6 * Identifier.MaxLength];
        var n = json.CopyString(plain);
        return n is > 0 and <= MaxBytes ? ItemKey.Of(plain[..n]) : null;
    }
}
