using System.Text;
using System.Text.Json;
using Personalization.Experiments;

namespace Personalization.Tests.Experiments;

/// <summary>The published cases, every section of them.</summary>
public sealed class BucketingTests
{
    private static readonly JsonElement Vectors = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Personalization.Tests", "Experiments", "vectors", "bucketing.json")));

    [Fact]
    public void Every_section_of_the_file_has_its_test() =>
        Assert.Equal(["_about", "chooseVariation", "getBucketRange", "getEqualWeights", "hash", "inNamespace"], Vectors.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Hashes_are_the_published_ones() => Assert.All(Cases("hash", 15), c =>
        Assert.Equal(c[3].ValueKind == JsonValueKind.Null ? null : c[3].GetDouble(), Bucketing.Hash(Utf8(c[0]), Utf8(c[1]), c[2].GetInt32())));

    [Fact]
    public void Ranges_are_the_published_ones() => Assert.All(Cases("getBucketRange", 13), c =>
    {
        var weights = c[1][2].ValueKind == JsonValueKind.Null ? [] : Numbers(c[1][2]);
        var ranges = Bucketing.Ranges(c[1][0].GetInt32(), c[1][1].GetDouble(), weights);
        Assert.Equal(Ranges(c[2]), ranges.Select(r => new BucketRange(Math.Round(r.From, 6), Math.Round(r.To, 6))));
    });

    [Fact]
    public void Choices_are_the_published_ones() => Assert.All(Cases("chooseVariation", 13), c => Assert.Equal(c[3].GetInt32(), Bucketing.Choose(c[1].GetDouble(), Ranges(c[2]))));

    [Fact]
    public void Namespaces_are_the_published_ones() => Assert.All(Cases("inNamespace", 16), c =>
        Assert.Equal(c[3].GetBoolean(), Bucketing.InNamespace(Utf8(c[1]), Utf8(c[2][0]), c[2][1].GetDouble(), c[2][2].GetDouble())));

    [Fact]
    public void Equal_weights_are_the_published_ones() => Assert.All(Cases("getEqualWeights", 6), c =>
        Assert.Equal(Numbers(c[1]), Bucketing.EqualWeights(c[0].GetInt32()).Select(w => Math.Round(w, 8))));

    private static IReadOnlyList<JsonElement> Cases(string section, int count)
    {
        var cases = Vectors.GetProperty(section).EnumerateArray().ToList();
        Assert.Equal(count, cases.Count);
        return cases;
    }

    private static byte[] Utf8(JsonElement text) => Encoding.UTF8.GetBytes(text.GetString()!);

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetDouble())];

    private static BucketRange[] Ranges(JsonElement list) => [.. list.EnumerateArray().Select(r => new BucketRange(r[0].GetDouble(), r[1].GetDouble()))];
}
