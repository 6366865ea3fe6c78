using System.Globalization;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>Every figure and every difference as numbers, for whoever cannot see the drawings or wants to know exactly.</summary>
internal static class FigureTables
{
    public static void Write(StringBuilder to, EvaluationReport r)
    {
        var metrics = r.Contenders[0].Figures.Select(f => f.Metric).ToArray();
        if (r.Contenders[0].Against is { Count: > 0 } against)
            Table(
                to, "Differences", $"How far {r.Contenders[0].Name} is above each, for the same people", metrics, [.. against.Select(a => a.To)],
                (metric, at) => $"<strong>{Written.Verdict(against[at][metric])}</strong> {Written.Difference(against[at][metric])}");
        Table(to, "All figures", "With 95% intervals", metrics, [.. r.Contenders.Select(c => c.Name)], (metric, at) => Written.Value(r.Contenders[at][metric]));
    }

    private static void Table(StringBuilder to, string title, string caption, string[] metrics, string[] columns, Func<string, int, string> cell)
    {
        to.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table><caption>{Written.Text(caption)}</caption><thead><tr><th scope=\"col\">Metric</th>");
        foreach (var column in columns) to.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"><bdi>{Written.Text(column)}</bdi></th>");
        to.Append("</tr></thead><tbody>\n");
        foreach (var metric in metrics)
        {
            to.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Written.Text(metric)}</th>");
            for (var at = 0; at < columns.Length; at++) to.Append("<td>").Append(cell(metric, at)).Append("</td>");
            to.Append("</tr>\n");
        }

        to.Append("</tbody></table></div>\n");
    }
}
