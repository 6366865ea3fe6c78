using System.Globalization;

namespace Personalization.Storage.Embedded;

/// <summary>
/// Where a scan goes on. Slots are dealt out anew when the engine opens, so a place names its opening: a scan taken up in
/// a later one starts from the beginning, which sees everything at least once as promised.
/// </summary>
internal readonly record struct ScanPlace(int Slot, string? After)
{
    public static ScanPlace Parse(string? next, ulong opening)
    {
        if (next is null) return default;
        if (next.Split('.', 3) is not [var name, var slot, var after]
            || !ulong.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var of)
            || !int.TryParse(slot, NumberStyles.None, CultureInfo.InvariantCulture, out var place)) throw new FormatException("Not a place where a scan stopped.");
        return of == opening ? new(place, after.Length == 0 ? null : after) : default;
    }

    public string Format(ulong opening) => string.Create(CultureInfo.InvariantCulture, $"{opening:x}.{Slot}.{After}");
}
