namespace Personalization.Consent;

/// <summary>A country or part of one by its ISO 3166 code (<c>DE</c>, <c>US-CA</c>), in eight bytes; all zero says nothing.</summary>
public readonly record struct Region(ulong Code)
{
    public static Region Unknown => default;

    /// <summary>The country alone: the first two letters.</summary>
    public Region Country => new(Code & 0xFFFF);

    /// <summary>Two letters, or two letters, a hyphen and one to three letters or digits; case does not matter.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out Region region)
    {
        region = default;
        if (text.Length is not (2 or (>= 4 and <= 6)) || (text.Length > 2 && text[2] != (byte)'-')) return false;
        ulong code = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (i != 2 && !(i < 2 ? char.IsAsciiLetter((char)text[i]) : char.IsAsciiLetterOrDigit((char)text[i]))) return false;
            code |= (ulong)(char.IsAsciiLetterLower((char)text[i]) ? text[i] - 32 : text[i]) << (8 * i);
        }

        region = new(code);
        return true;
    }

    public static bool TryParse(string? text, out Region region)
    {
        Span<byte> bytes = stackalloc byte[8];
        region = default;
        return text is { Length: <= 6 } && System.Text.Encoding.ASCII.TryGetBytes(text, bytes, out var n) && TryParse(bytes[..n], out region);
    }

    public override string ToString()
    {
        Span<char> text = stackalloc char[8];
        var n = 0;
        for (var rest = Code; rest != 0; rest >>= 8) text[n++] = (char)(byte)rest;
        return new(text[..n]);
    }
}
