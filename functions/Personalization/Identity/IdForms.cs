namespace Personalization.Identity;

/// <summary>Brings identifiers that people write in many ways into one.</summary>
internal static class IdForms
{
    private const int MinDigits = 7;

    /// <summary>As E.164 has it.</summary>
    private const int MaxDigits = 15;

    /// <summary>Lower case; what follows a plus sign is kept, because not every provider ignores it.</summary>
    public static string Mail(string text, out string? fault)
    {
        var at = text.IndexOf('@');
        var domain = text[(at + 1)..];
        var good = at > 0 && !text.Any(c => !char.IsAscii(c) || c == ' ') && !domain.Contains('@')
            && domain.IndexOf('.') > 0 && domain[^1] != '.' && !domain.Contains("..", StringComparison.Ordinal);
        fault = good ? null : "must be a mail address in ASCII such as name@shop.com";
        return text.ToLowerInvariant();
    }

    /// <summary>A plus sign and digits.</summary>
    public static string Phone(string text, out string? fault)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        var dialled = text.StartsWith("00", StringComparison.Ordinal);
        if (dialled) digits = digits[2..];
        var good = (dialled || text[0] == '+') && text.Skip(1).All(c => char.IsAsciiDigit(c) || c is ' ' or '-' or '.' or '(' or ')' or '/')
            && digits.Length is >= MinDigits and <= MaxDigits && digits[0] != '0' && digits.Distinct().Count() > 1;
        fault = good ? null : "must be an international number such as +49 30 1234567";
        return '+' + digits;
    }
}
