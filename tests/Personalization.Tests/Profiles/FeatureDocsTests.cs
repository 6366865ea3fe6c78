using System.Globalization;
using Personalization.Consent;
using Personalization.Functions;
using Personalization.Profiles;

namespace Personalization.Tests.Profiles;

/// <summary>What the documentation says of features is what the code declares.</summary>
public sealed class FeatureDocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "features.md"));

    [Fact]
    public void Every_feature_has_its_row_and_no_other_has()
    {
        Assert.All(Composition.Features.All, f => Assert.Contains(Row(f), Page, StringComparison.Ordinal));
        Assert.All(Composition.Features.All, f => Assert.Contains(Saying(f), Page, StringComparison.Ordinal));
        Assert.Equal(2 * Composition.Features.All.Count, Page.Split('\n').Count(l => l.Contains("| `", StringComparison.Ordinal) && Composition.Features.All.Any(f => l.Contains($"`{f.Name}`", StringComparison.Ordinal))));
    }

    private static string Row(FeatureDefinition f) => string.Create(
        CultureInfo.InvariantCulture, $"| {f.Number} | `{f.Name}` | {f.Kept.ToString().ToLowerInvariant()} | {Needs(f.Purposes)} | {Time(f.Expiry)} | {f.MaxBytes} | {f.UsdPerMillion:f2} |\n");

    private static string Saying(FeatureDefinition f) => $"| `{f.Name}` | {(f.Lineage.Count == Enum.GetValues<Personalization.Events.EventType>().Length ? "every kind" : string.Join(", ", f.Lineage.Select(t => Words(t.ToString()))))} | {f.About} |\n";

    private static string Needs(Purposes purposes) => string.Join(", ", Enum.GetValues<Purposes>().Where(p => p is not (Purposes.None or Purposes.All) && purposes.Cover(p)).Select(p => $"`{char.ToLowerInvariant(p.ToString()[0])}{p.ToString()[1..]}`"));

    private static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    private static string Time(TimeSpan expiry) => expiry.TotalDays >= 1 ? $"{expiry.TotalDays:f0} days" : $"{expiry.TotalMinutes:f0} minutes";
}
