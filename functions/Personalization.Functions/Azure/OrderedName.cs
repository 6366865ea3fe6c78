using System.Globalization;
using System.Text;

namespace Personalization.Functions.Azure;

/// <summary>
/// Any text as a name that Cosmos DB ids and Table keys accept everywhere: ASCII letters, digits and <c>! - . : _ ~</c>.
/// Letters, digits and the hyphen stand for themselves; every other UTF-8 byte becomes a lead character and two hex digits.
/// The lead is chosen by where the byte sorts among those that stand for themselves, so that the order of names is
/// the order of the texts' UTF-8 bytes. One text gives one name and back.
/// </summary>
internal static class OrderedName
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string From(string text)
    {
        if (text.All(StandsForItself)) return text;
        var name = new StringBuilder(text.Length + 16);
        foreach (var b in Strict.GetBytes(text))
        {
            if (StandsForItself((char)b)) name.Append((char)b);
            else name.Append(Lead(b)).Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return name.ToString();
    }

    public static string ToText(string name)
    {
        if (name.All(StandsForItself)) return name;
        var bytes = new byte[name.Length];
        var length = 0;
        for (var at = 0; at < name.Length; at++)
        {
            if (StandsForItself(name[at])) bytes[length++] = (byte)name[at];
            else
            {
                bytes[length++] = byte.Parse(name.AsSpan(at + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                at += 2;
            }
        }
        return Strict.GetString(bytes, 0, length);
    }

    private static bool StandsForItself(char c) => char.IsAsciiLetterOrDigit(c) || c == '-';

    // Below '-', between '-' and '0', between '9' and 'A', between 'Z' and 'a', above 'z'.
    private static char Lead(byte b) => b switch
    {
        < (byte)'-' => '!',
        < (byte)'0' => '.',
        < (byte)'A' => ':',
        < (byte)'a' => '_',
        _ => '~',
    };
}
