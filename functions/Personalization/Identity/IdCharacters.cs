using System.Globalization;
using System.Text;

namespace Personalization.Identity;

/// <summary>
/// Which characters an identifier may have. Two texts that look the same and are not would make one person two, or let
/// someone pose as another to whoever reads a list; what cannot be seen has no place in a name.
/// </summary>
internal static class IdCharacters
{
    private static readonly (int First, int Last)[] Imitations =
    [
        (0x2070, 0x209F), (0x2100, 0x214F), (0x2460, 0x24FF), (0xFB00, 0xFB06), (0xFF00, 0xFFEF), (0x1D400, 0x1D7FF), (0x1F100, 0x1F1E5),
    ];

    /// <summary>Scripts whose letters are drawn alike.</summary>
    private static readonly (int First, int Last, int Script)[] Scripts =
    [
        ('A', 'Z', 1), ('a', 'z', 1), (0xC0, 0x24F, 1), (0x1E00, 0x1EFF, 1),
        (0x370, 0x3FF, 2), (0x1F00, 0x1FFF, 2),
        (0x400, 0x52F, 4), (0x1C80, 0x1C8F, 4), (0x2DE0, 0x2DFF, 4), (0xA640, 0xA69F, 4),
        (0x530, 0x58F, 8), (0x13A0, 0x13FF, 16), (0xAB70, 0xABBF, 16),
    ];

    /// <summary>Null where there is none.</summary>
    public static string? Fault(string text)
    {
        if (text[0] == ' ' || text[^1] == ' ') return "must not begin or end with a space";
        var scripts = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and < 0x7F) scripts |= Rune.IsLetter(rune) ? 1 : 0;
            else if (Hidden(rune)) return "holds a character that cannot be seen or is none";
            else if (Imitations.Any(r => rune.Value >= r.First && rune.Value <= r.Last)) return "holds a character that imitates another, such as a full-width letter";
            else scripts |= Scripts.FirstOrDefault(s => rune.Value >= s.First && rune.Value <= s.Last).Script;
        }

        return (scripts & (scripts - 1)) == 0 ? null : "mixes letters of scripts that look alike, such as Latin and Cyrillic";
    }

    // What a decoder puts in the place of broken bytes is no character either.
    private static bool Hidden(Rune rune) => rune == Rune.ReplacementChar || (rune.Value != ' ' && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
