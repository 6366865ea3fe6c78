using System.Globalization;
using Personalization.Consent.Signals;

namespace Personalization.Consent;

/// <param name="Policy">What holds for whoever says nothing.</param>
/// <param name="Tcf">How TC strings are read.</param>
/// <param name="EvaluationSample">The share of consent decisions told to the audit log.</param>
/// <param name="GpcSince">Since when Global Privacy Control is honoured, as published.</param>
public sealed record ConsentOptions(ConsentPolicy Policy, TcfOptions Tcf, double EvaluationSample, DateOnly GpcSince)
{
    private const string Date = "yyyy-MM-dd";

    public static ConsentOptions Read(Settings s) => new(
        ConsentPolicy.Read(s), TcfOptions.Read(s),
        s.Double("Consent:EvaluationSample", 0.01, 0, 1, "share of consent decisions that are kept one by one; all are counted"),
        Since(s));

    private static DateOnly Since(Settings s)
    {
        const string Standard = "2026-11-21";
        var text = s.Text("Consent:GpcSince", Standard, "day published in /.well-known/gpc.json as its last update (year-month-day)");
        if (DateOnly.TryParseExact(text, Date, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        s.Refuse($"Consent__GpcSince must be a day such as {Standard}.");
        return default;
    }
}
