using System.Text;

namespace Personalization.Privacy.Exporting;

/// <summary>
/// Rows as RFC 4180 has them. Spreadsheets take a text that begins like a formula for one and run it, so such a text begins
/// with an apostrophe: whoever filled the catalogue must not be able to run anything on the computer of who opens an export.
/// </summary>
internal sealed class CsvText(params ReadOnlySpan<string> header)
{
    private readonly StringBuilder text = new StringBuilder().AppendJoin(',', header.ToArray()).Append("\r\n");

    public void Row(params ReadOnlySpan<object?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(Cell(cells[i]));
        }

        text.Append("\r\n");
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(text.ToString());

    private static string Cell(object? value) => value switch
    {
        null => "",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
        string words => Quoted(words.Length > 0 && words[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + words : words),
        bool yes => yes ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => Quoted(value.ToString() ?? ""),
    };

    private static string Quoted(string words) => words.AsSpan().IndexOfAny(",\"\r\n") < 0 ? words : $"\"{words.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
