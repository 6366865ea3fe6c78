using System.Globalization;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Messages.Caps;

namespace Personalization.Messages.Deciding;

/// <summary>The name of a reservation: that of its decision, a dot and its place in it. Whoever has the key finds the person by it.</summary>
internal static class ReservationId
{
    public static string Of(DecisionId decision, int slot) => string.Create(CultureInfo.InvariantCulture, $"{decision}.{slot}");

    /// <summary>Whether it is well-formed; then for whom it was.</summary>
    public static bool TryOpen(DecisionIds ids, string? text, out ShowingKey key, out Subject subject)
    {
        (key, subject) = (default, default);
        if (text?.LastIndexOf('.') is not (> 0 and var dot)) return false;
        if (!byte.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var slot) || !ids.Open(text.AsSpan(0, dot), out var decision, out subject)) return false;
        key = new(decision.Nonce, slot);
        return true;
    }
}
