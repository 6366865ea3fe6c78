using System.Globalization;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>Lines over the lengths of lists, or over what scores promise.</summary>
internal static class LineChart
{
    private const double Width = 340;
    private const double Height = 220;
    private const double Left = 46;
    private const double Right = 326;
    private const double Top = 12;
    private const double Bottom = 190;
    private const int Rules = 4;

    /// <summary>A line for each contender, its cuts as far apart as each other.</summary>
    public static string Cuts(string title, IReadOnlyList<int> cuts, Figure?[][] lines)
    {
        var most = Ceiling(lines.SelectMany(l => l).Max(f => f?.High ?? f?.Value) ?? 1);
        var svg = Frame(title, most);
        double X(int at) => Left + 8 + ((Right - Left - 16) * at / Math.Max(1, cuts.Count - 1));
        for (var i = 0; i < cuts.Count; i++) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"soft mid\" x=\"{Written.At(X(i))}\" y=\"{Bottom + 20}\">{cuts[i]}</text>");
        for (var line = 0; line < lines.Length; line++)
        {
            var points = new List<(double X, double Y)>();
            svg.Append(CultureInfo.InvariantCulture, $"<g class=\"c{line % PageStyle.Colours}\">");
            for (var i = 0; i < cuts.Count; i++)
            {
                if (lines[line][i] is not { Value: { } value } figure) continue;
                points.Add((X(i), Y(value, most)));
                if (figure is { Low: { } low, High: { } high }) svg.Append(CultureInfo.InvariantCulture, $"<path class=\"thin\" d=\"M{Written.At(X(i))} {Written.At(Y(low, most))}V{Written.At(Y(high, most))}\"/>");
            }

            Line(svg, points, line);
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>What came over what was promised, bin by bin.</summary>
    public static string Promises(string name, IReadOnlyList<CalibrationBin> bins, int number)
    {
        var most = Ceiling(bins.Max(b => Math.Max(b.Promised, b.Came)));
        double X(double value) => Left + ((Right - Left) * value / most);
        var svg = Frame($"What scores of {name} promise and what came", most);
        for (var i = 0; i <= Rules; i += 2) svg.Append(CultureInfo.InvariantCulture, $"<text class=\"soft mid\" x=\"{Written.At(X(most * i / Rules))}\" y=\"{Bottom + 20}\">{Tick(most * i / Rules)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"rule even\" d=\"M{Left} {Bottom}L{Right} {Top}\"/><g class=\"c{number % PageStyle.Colours}\">");
        Line(svg, [.. bins.Select(b => (X(b.Promised), Y(b.Came, most)))], number);
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The mark of a contender: its shape tells it from its neighbours without colour.</summary>
    public static string Mark(int number, double x, double y) => (number % 3) switch
    {
        0 => $"<circle class=\"mark\" cx=\"{Written.At(x)}\" cy=\"{Written.At(y)}\" r=\"3.5\"/>",
        1 => $"<path class=\"mark\" d=\"M{Written.At(x - 3.5)} {Written.At(y - 3.5)}h7v7h-7z\"/>",
        _ => $"<path class=\"mark\" d=\"M{Written.At(x)} {Written.At(y - 5)}l4.5 8h-9z\"/>",
    };

    private static void Line(StringBuilder svg, List<(double X, double Y)> points, int number)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line\" points=\"{string.Join(' ', points.Select(p => $"{Written.At(p.X)},{Written.At(p.Y)}"))}\"/>");
        foreach (var (x, y) in points) svg.Append(Mark(number, x, y));
        svg.Append("</g>\n");
    }

    private static StringBuilder Frame(string title, double most)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Written.Text(title)}\">\n");
        for (var i = 0; i <= Rules; i++)
        {
            var y = Written.At(Y(most * i / Rules, most));
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"rule\" d=\"M{Left} {y}H{Right}\"/><text class=\"soft end\" x=\"{Left - 6}\" y=\"{y}\" dy=\"4\">{Tick(most * i / Rules)}</text>");
        }

        return svg;
    }

    private static double Y(double value, double most) => Bottom - ((Bottom - Top) * value / most);

    private static string Tick(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The next number above that is easily divided by four.</summary>
    private static double Ceiling(double value)
    {
        if (value <= 0) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (ReadOnlySpan<double>)[1, 2, 4, 6, 8])
            if (value <= step * power) return step * power;
        return 10 * power;
    }
}
