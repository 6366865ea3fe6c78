using System.Globalization;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>A bar for each contender, with a whisker from end to end of its interval.</summary>
internal static class IntervalBars
{
    private const double Width = 340;
    private const double Row = 40;
    private const int NameRoom = 30;

    public static string Svg(string title, string metric, IReadOnlyList<ContenderReport> contenders)
    {
        var figures = contenders.Select(c => c[metric]).ToArray();
        if (Array.TrueForAll(figures, f => f?.Value is null)) return $"<p>{Written.Value(figures[0])}</p>\n";
        var ends = figures.SelectMany(f => new[] { f?.Value, f?.Low, f?.High }).OfType<double>().Append(0).ToArray();
        var (from, to) = (ends.Min(), ends.Max() > ends.Min() ? ends.Max() : ends.Min() + 1);
        double X(double value) => 2 + ((Width - 4) * (value - from) / (to - from));

        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Row * contenders.Count}\" role=\"img\" aria-label=\"{Written.Text(Said(title, contenders, figures))}\">\n");
        for (var i = 0; i < figures.Length; i++)
        {
            var top = i * Row;
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"c{i % PageStyle.Colours}\"><text x=\"2\" y=\"{top + 14}\">{Written.Text(Written.Short(contenders[i].Name, NameRoom))}</text>");
            if (figures[i]?.Value is { } value) Bar(svg, figures[i]!, value, X, top);
            else svg.Append(CultureInfo.InvariantCulture, $"<text class=\"soft end\" x=\"{Width - 2}\" y=\"{top + 14}\">not computed</text>");
            svg.Append("</g>\n");
        }

        return svg.Append(CultureInfo.InvariantCulture, $"<path class=\"rule\" d=\"M{Written.At(X(0))} 0V{Row * contenders.Count}\"/></svg>\n").ToString();
    }

    private static void Bar(StringBuilder svg, Figure figure, double value, Func<double, double> x, double top)
    {
        var (start, end, middle) = (Math.Min(x(0), x(value)), Math.Max(x(0), x(value)), top + 26);
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"end\" x=\"{Width - 2}\" y=\"{top + 14}\">{Written.Number(value)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{Written.At(start)}\" y=\"{middle - 6}\" width=\"{Written.At(end - start)}\" height=\"12\"/>");
        if (figure is not { Low: { } low, High: { } high }) return;
        var whisker = string.Create(CultureInfo.InvariantCulture, $"M{Written.At(x(low))} {middle - 8}v16m0 -8H{Written.At(x(high))}m0 -8v16");
        // Twice, the first time wider and as the card is: it is seen on any bar.
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"halo\" d=\"{whisker}\"/><path class=\"whisker\" d=\"{whisker}\"/>");
    }

    private static string Said(string title, IReadOnlyList<ContenderReport> contenders, Figure?[] figures) =>
        $"{title}: " + string.Join("; ", contenders.Select((c, i) => $"{c.Name} {(figures[i]?.Value is { } v ? Written.Number(v) : "not computed")}"));
}
