using System.Globalization;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>A report for people: one page by itself, with no script and nothing to be fetched, for narrow and wide, light and dark screens.</summary>
public static class EvaluationPage
{
    public static string Html(EvaluationReport report)
    {
        var to = new StringBuilder();
        var about = Written.Text(report.Contenders[0].Name);
        to.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="color-scheme" content="light dark">
            <title>Evaluation of {about}</title><style>{PageStyle.Css}</style></head><body><main>
            <h1>Evaluation of <bdi>{about}</bdi></h1>

            """);
        Lead(to, report);
        Verdicts(to, report);
        Legend(to, report);
        Bars(to, report);
        Lines(to, report);
        Calibrations(to, report);
        Groups(to, report);
        FigureTables.Write(to, report);
        return to.Append("</main></body></html>\n").ToString();
    }

    private static void Lead(StringBuilder to, EvaluationReport r) => to.Append(CultureInfo.InvariantCulture, $"""
        <p>Learned from {r.Pairs:N0} pairs of {r.People:N0} people and {r.Items:N0} items. {r.Tested:N0} people were asked for, who later met {r.Wanted:N0} items
        that had to be found: {(r.Asked == "newItems" ? "new ones only, and what they had met was not listed" : "met before or not")}. The first {r.Shown} of a list count as shown.</p>
        <p class="note">Whiskers and ranges are 95% intervals over people, from {r.Resamples:N0} draws with seed {r.Seed}.</p>

        """);

    /// <summary>Better only where the interval of the difference is clear of 0.</summary>
    private static void Verdicts(StringBuilder to, EvaluationReport r)
    {
        if (r.Contenders[0].Against.Count == 0) return;
        var metric = Panels.Headline(r);
        to.Append("<ul class=\"verdicts\">\n");
        foreach (var other in r.Contenders[0].Against)
            to.Append(CultureInfo.InvariantCulture, $"<li>Against <bdi>{Written.Text(other.To)}</bdi>, {Written.Text(metric)}: <strong>{Written.Verdict(other[metric])}</strong> {Written.Difference(other[metric])}</li>\n");
        to.Append("</ul>\n");
    }

    private static void Legend(StringBuilder to, EvaluationReport r)
    {
        to.Append("<ul class=\"legend\" aria-label=\"Contenders\">\n");
        for (var i = 0; i < r.Contenders.Count; i++)
            to.Append(CultureInfo.InvariantCulture, $"<li><svg viewBox=\"0 0 36 12\" aria-hidden=\"true\" class=\"c{i % PageStyle.Colours}\"><path class=\"line\" d=\"M2 6H34\"/>{LineChart.Mark(i, 18, 6)}</svg><bdi>{Written.Text(r.Contenders[i].Name)}</bdi>{Warned(r.Contenders[i])}</li>\n");
        to.Append("</ul>\n");
    }

    private static string Warned(ContenderReport c) =>
        c.NoNumbers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" <strong>(scores that are no numbers for {c.NoNumbers:N0} people)</strong>");

    private static void Bars(StringBuilder to, EvaluationReport r)
    {
        to.Append("<h2>Compared</h2>\n<div class=\"cards\">\n");
        foreach (var (metric, title, note) in Panels.Of(r)) Card(to, title, note, IntervalBars.Svg(title, metric, r.Contenders));
        to.Append("</div>\n");
    }

    private static void Lines(StringBuilder to, EvaluationReport r)
    {
        if (r.Cuts.Count < 2) return;
        to.Append("<h2>By the length of the list</h2>\n<div class=\"cards\">\n");
        foreach (var (title, name) in Panels.Families)
        {
            var lines = r.Contenders.Select(c => r.Cuts.Select(k => c[name(k)]).ToArray()).ToArray();
            Card(to, $"{title} at k", "", LineChart.Cuts($"{title} at k", r.Cuts, lines));
        }

        to.Append("</div>\n");
    }

    private static void Calibrations(StringBuilder to, EvaluationReport r)
    {
        if (r.Contenders.All(c => c.Calibration is null)) return;
        to.Append("<h2>What scores promise</h2>\n<div class=\"cards\">\n");
        for (var i = 0; i < r.Contenders.Count; i++)
        {
            if (r.Contenders[i].Calibration is not { } bins) continue;
            Card(to, r.Contenders[i].Name, "Across: what was promised. Up: what came. On the dashed line both are the same.", LineChart.Promises(r.Contenders[i].Name, bins, i));
        }

        to.Append("</div>\n");
    }

    private static void Groups(StringBuilder to, EvaluationReport r)
    {
        // Reports that were kept before there were several kinds have none.
        foreach (var kind in r.GroupKinds ?? []) Groups(to, r, kind);
    }

    private static void Groups(StringBuilder to, EvaluationReport r, string kind)
    {
        GroupExposure[][] groups = [.. r.Contenders.Select(c => (c.Groups ?? []).Where(g => g.Kind == kind).ToArray())];
        if (groups.All(g => g.Length == 0)) return;
        to.Append(CultureInfo.InvariantCulture, $"<h2>Exposure by <bdi>{Written.Text(kind)}</bdi></h2>\n<p class=\"note\">The filled bar is a group&#39;s share of what was shown, the outlined one its share of what the same people met. Groups marked * have less than {Written.Percent(r.SmallestGroup)} of that and are not judged.</p>\n<div class=\"cards\">\n");
        for (var i = 0; i < groups.Length; i++)
            if (groups[i].Length > 0) Card(to, r.Contenders[i].Name, GroupBars.Rest(groups[i]), GroupBars.Svg(r.Contenders[i].Name, groups[i], i));
        to.Append("</div>\n");
    }

    private static void Card(StringBuilder to, string title, string note, string svg)
    {
        to.Append(CultureInfo.InvariantCulture, $"<section class=\"card\"><h3><bdi>{Written.Text(title)}</bdi></h3>\n");
        if (note.Length > 0) to.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Written.Text(note)}</p>\n");
        to.Append(svg).Append("</section>\n");
    }
}
