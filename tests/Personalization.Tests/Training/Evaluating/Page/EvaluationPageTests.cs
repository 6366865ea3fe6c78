using System.Xml.Linq;
using Personalization.Training.Evaluating;
using Personalization.Training.Evaluating.Page;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Evaluating.Page;

public class EvaluationPageTests
{
    private const string Foreign = "<script>alert(\"1\")</script>' onload='x & \u202Eevil";

    private static readonly Split Shop = Small.Shop(120, 30, 2);

    [Fact]
    public void Foreign_text_is_text_wherever_it_stands()
    {
        var page = EvaluationPage.Html(Report(Foreign, Foreign));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("' onload", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(\"", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_drawing_is_well_formed_and_says_what_it_shows()
    {
        var drawings = Drawings(EvaluationPage.Html(Report(Foreign, Foreign)));
        // Bars for eleven metrics of which all are known, lines for four families, one calibration, two groups, two in the legend.
        Assert.Equal(11 + 4 + 1 + 2 + 2, drawings.Count);
        Assert.All(drawings, d =>
        {
            var svg = XElement.Parse(d);
            Assert.True(svg.Attribute("aria-label") is { Value.Length: > 0 } || svg.Attribute("aria-hidden") is not null);
            Assert.DoesNotContain(svg.DescendantsAndSelf().Attributes(), a => a.Value.Contains("NaN", StringComparison.Ordinal) || a.Value.Contains('∞'));
            Assert.DoesNotContain(svg.Descendants("rect"), r => (double)r.Attribute("width")! is < 0 or > 340);
        });
    }

    [Fact]
    public void The_page_stands_by_itself()
    {
        var page = EvaluationPage.Html(Report("als", "shoes"));
        Assert.DoesNotMatch("(?i)<script|https?:|<link|<img|<iframe|@import|url\\(|javascript:| on[a-z]+=", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_that_could_not_be_computed_are_said_to_be_missing()
    {
        var nobody = Evaluation.Run([Contender.Of(Scored.As("als", 1)), Contender.Of(Scored.As("popularity", 1))], Small.Of(1, 1), Asked.NewItems, null, Small.Options, 1, default);
        var page = EvaluationPage.Html(nobody);
        Assert.Contains("not computed: nobody has anything to be found", page, StringComparison.Ordinal);
        Assert.Contains("<strong>not known</strong>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recall@20", 0.1, 0.2, "better")]
    [InlineData("recall@20", -0.2, -0.1, "worse")]
    [InlineData("recall@20", -0.1, 0.2, "no difference shown")]
    [InlineData("recall@20", 0, 0.2, "no difference shown")]
    [InlineData(Metrics.ExposureGap, 0.1, 0.2, "worse")]
    [InlineData(Metrics.CalibrationError, -0.2, -0.1, "better")]
    [InlineData(Metrics.Novelty, 0.1, 0.2, "higher")]
    [InlineData(Metrics.Novelty, -0.2, -0.1, "lower")]
    public void Better_means_that_the_interval_of_the_difference_is_clear_of_nothing(string metric, double low, double high, string verdict) =>
        Assert.Equal(verdict, Written.Verdict(new(metric, (low + high) / 2, low, high)));

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        Assert.Equal("ab…", Written.Short("abc", 2));
        Assert.Equal("abc", Written.Short("abc", 3));
        Assert.Equal("😀…", Written.Short("😀😀", 1));
    }

    private static EvaluationReport Report(string name, string group)
    {
        var model = Scored.As(name, [.. Enumerable.Range(0, 30).Select(i => i * 7 % 30 / 60f)]);
        var groups = new ItemGroups(group, [.. Enumerable.Range(0, 30).Select(i => i % 20)], [.. Enumerable.Range(0, 20).Select(g => group + g)]);
        return Evaluation.Run([new(name, model, true), Contender.Of(Counted.Learn(Shop.Train))], Shop, Asked.NewItems, [groups], EvaluationOptions.Default with { Resamples = 200 }, 1, default);
    }

    private static List<string> Drawings(string page)
    {
        var found = new List<string>();
        for (var at = page.IndexOf("<svg", StringComparison.Ordinal); at >= 0; at = page.IndexOf("<svg", at + 1, StringComparison.Ordinal))
            found.Add(page[at..(page.IndexOf("</svg>", at, StringComparison.Ordinal) + "</svg>".Length)]);
        return found;
    }
}
