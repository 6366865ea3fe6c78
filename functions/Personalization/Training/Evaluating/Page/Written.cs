using System.Globalization;
using System.Net;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>Numbers and foreign text as they stand on the page.</summary>
internal static class Written
{
    /// <summary>Names of models and of groups come from elsewhere.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>No more than fits, without cutting a character in two; not yet escaped.</summary>
    public static string Short(string text, int most)
    {
        var (kept, count) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > most) return kept.Append('…').ToString();
            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    public static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + "%";

    /// <summary>A place in a drawing.</summary>
    public static string At(double place) => place.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Value(Figure? figure) => figure switch
    {
        null or { Value: null } => Absent(figure),
        { Low: { } low, High: { } high } => $"{Number(figure.Value.Value)} <small>({Number(low)} to {Number(high)})</small>",
        _ => $"{Number(figure.Value.Value)} <small>(no interval: {Text(figure.Why ?? "")})</small>",
    };

    public static string Difference(Figure? figure) => figure switch
    {
        null or { Value: null } => Absent(figure),
        { Low: { } low, High: { } high } => $"{Signed(figure.Value.Value)} <small>({Signed(low)} to {Signed(high)})</small>",
        _ => $"{Signed(figure.Value.Value)} <small>(no interval: {Text(figure.Why ?? "")})</small>",
    };

    public static string Verdict(Figure? difference)
    {
        if (difference is not { Low: { } low, High: { } high }) return "not known";
        var direction = Metrics.Direction(difference.Metric);
        if (low <= 0 && high >= 0) return "no difference shown";
        return direction == 0 ? low > 0 ? "higher" : "lower" : low > 0 == direction > 0 ? "better" : "worse";
    }

    private static string Absent(Figure? figure) => $"<small>not computed: {Text(figure?.Why ?? "not part of this evaluation")}</small>";

    private static string Signed(double value) => value.ToString("+0.0000;\u22120.0000;0.0000", CultureInfo.InvariantCulture);
}
