using System.Globalization;
using System.Text;

namespace Personalization.Training.Evaluating.Page;

/// <summary>For each group its share of what was shown, and under it its share of what was met.</summary>
internal static class GroupBars
{
    private const double Width = 340;
    private const double Row = 44;
    private const int Most = 12;
    private const int NameRoom = 24;

    public static string Rest(IReadOnlyList<GroupExposure> groups) =>
        groups.Count <= Most ? "" : string.Create(CultureInfo.InvariantCulture, $"The {Most} most met of {groups.Count:N0} groups.");

    public static string Svg(string name, IReadOnlyList<GroupExposure> groups, int number)
    {
        var drawn = groups.Take(Most).ToArray();
        var most = drawn.Max(g => Math.Max(g.Shown, g.Met));
        double Long(double share) => most > 0 ? (Width - 4) * share / most : 0;
        var said = $"{name}: " + string.Join("; ", drawn.Select(g => $"{g.Name} shown {Written.Percent(g.Shown)}, met {Written.Percent(g.Met)}"));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Row * drawn.Length}\" role=\"img\" aria-label=\"{Written.Text(said)}\" class=\"c{number % PageStyle.Colours}\">\n");
        for (var i = 0; i < drawn.Length; i++)
        {
            var (group, top) = (drawn[i], i * Row);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"2\" y=\"{top + 14}\">{Written.Text(Written.Short(group.Name, NameRoom))}{(group.Counts ? "" : " *")}</text><text class=\"end\" x=\"{Width - 2}\" y=\"{top + 14}\">{Written.Percent(group.Shown)} / {Written.Percent(group.Met)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"2\" y=\"{top + 19}\" width=\"{Written.At(Long(group.Shown))}\" height=\"9\"/><rect class=\"met\" x=\"2\" y=\"{top + 30}\" width=\"{Written.At(Long(group.Met))}\" height=\"7\"/>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
