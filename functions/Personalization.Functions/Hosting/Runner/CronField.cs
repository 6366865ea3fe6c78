namespace Personalization.Functions.Hosting.Runner;

/// <summary>One field of a cron expression: *, n, n-m, each with /step, names where there are some, and lists of these.</summary>
internal sealed record CronField(string Name, int Min, int Max, string[] Names)
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static readonly IReadOnlyList<CronField> All =
    [
        new("second", 0, 59, []), new("minute", 0, 59, []), new("hour", 0, 23, []),
        new("day of month", 1, 31, []), new("month", 1, 12, Months), new("weekday", 0, 6, Days),
    ];

    /// <summary>The values as bits, or null when the text is no such field.</summary>
    public ulong? Parse(string text)
    {
        ulong set = 0;
        foreach (var part in text.Split(','))
        {
            if (Part(part) is not { } values) return null;
            set |= values;
        }

        return set;
    }

    private ulong? Part(string text)
    {
        var step = 1;
        var slash = text.IndexOf('/');
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), out step) || step < 1)) return null;
        if (Range(slash < 0 ? text : text[..slash], openEnd: slash >= 0) is not var (from, to)) return null;
        ulong set = 0;
        for (var v = from; v <= to; v += step) set |= 1ul << v;
        return set;
    }

    // A single value with a step runs to the end of the field, as it does at the host: 5/15 is 5,20,35,50.
    private (int From, int To)? Range(string text, bool openEnd)
    {
        if (text == "*") return (Min, Max);
        var dash = text.IndexOf('-');
        if (dash < 0) return Value(text) is { } v ? (v, openEnd ? Max : v) : null;
        return Value(text[..dash]) is { } from && Value(text[(dash + 1)..]) is { } to && from <= to ? (from, to) : null;
    }

    private int? Value(string text)
    {
        var named = Array.FindIndex(Names, n => text.Equals(n, StringComparison.OrdinalIgnoreCase) || (text.Length > 3 && Full(n).Equals(text, StringComparison.OrdinalIgnoreCase)));
        if (named >= 0) return named + Min;
        return text.Length is 1 or 2 && text.All(char.IsAsciiDigit) && int.Parse(text) is var v && v >= Min && v <= Max ? v : null;
    }

    private static string Full(string abbreviation) => FullNames.First(n => n.StartsWith(abbreviation, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] FullNames =
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ];
}
