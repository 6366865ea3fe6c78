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
        var parts = next?.Split('.', 3);
        if (parts is null || parts[0] != Name(opening)) return default;
        return new(int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture), parts[2].Length == 0 ? null : parts[2]);
    }

    public string Format(ulong opening) => string.Create(CultureInfo.InvariantCulture, $"{Name(opening)}.{Slot}.{After}");

    private static string Name(ulong opening) => opening.ToString("x", CultureInfo.InvariantCulture);
}
