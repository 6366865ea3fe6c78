using Personalization.Catalog;
using Personalization.Training.Content;

namespace Personalization.Tests.Training.Content;

/// <summary>What items are like others by what they say of themselves.</summary>
public sealed class ResemblanceTests
{
    [Fact]
    public void What_fewer_say_tells_more()
    {
        // All but one are of one brand; two share a word.
        var items = Said(("a", "usual", "lantern"), ("b", "usual", "lantern"), ("c", "usual", "basket"), ("d", "usual", "kettle"), ("e", "rare", "mirror"));
        var found = Alike(items, "a");
        Assert.Equal("b", found[0].Id);
        Assert.True(found[0].Weight > 0.9f);
        Assert.DoesNotContain(found, f => f.Id is "a" or "e");
        Assert.Equal(1, found.Sum(f => f.Weight), 1e-6);
    }

    [Fact]
    public void What_all_say_and_what_nobody_else_says_is_in_common_with_nobody() =>
        Assert.Empty(Alike(Said(("a", "same", "one"), ("b", "same", "two"), ("c", "same", "three")), "a"));

    [Fact]
    public void Words_are_found_in_whatever_attribute_and_case_they_are()
    {
        Item[] items = [Item("a", "x", "Blue Lanterns"), Item("b", "y", "a lantern") with { Attributes = new Dictionary<string, string> { ["text"] = "LANTERN" } }, .. Enumerable.Range(0, 8).Select(i => Item($"c{i}", $"z{i}", $"bowl{i}"))];
        Assert.Equal("b", Assert.Single(Alike(items, "a")).Id);
    }

    [Fact]
    public void Those_found_are_the_best_that_looking_at_all_finds()
    {
        var random = new Random(1);
        Item[] items = [.. Enumerable.Range(0, 300).Select(i => Item($"i{i}", $"b{random.Next(9)}", string.Join(' ', Enumerable.Range(0, 6).Select(_ => $"w{(int)(80 * Math.Pow(random.NextDouble(), 2))}"))))];
        foreach (var one in items.Take(30))
        {
            var found = Alike(items, one.Id);
            var cosines = items.Where(i => i.Id != one.Id).ToDictionary(i => i.Id, i => Cosine(items, one, i));
            var cubes = cosines.Values.Where(c => c >= 0.1).Select(c => c * c * c).OrderDescending().Take(20).ToArray();
            Assert.Equal(cubes.Length, found.Count);
            for (var i = 0; i < found.Count; i++) Assert.Equal(cubes[i] / cubes.Sum(), found[i].Weight, 1e-5);
            Assert.All(found, f => Assert.Equal(Math.Pow(cosines[f.Id], 3) / cubes.Sum(), f.Weight, 1e-5));
        }
    }

    private static Item[] Said(params (string Id, string Brand, string Title)[] items) => [.. items.Select(i => Item(i.Id, i.Brand, i.Title))];

    private static Item Item(string id, string brand, string title) => new() { Id = id, Category = "c", Brand = brand, Attributes = new Dictionary<string, string> { ["title"] = title } };

    private static List<(string Id, float Weight)> Alike(Item[] items, string id)
    {
        var described = Descriptions.Of(CatalogueSnapshot.Empty.With(items));
        int[] rows = [.. Enumerable.Range(0, items.Length)];
        var found = Resemblance.Of(described, rows, new int[items.Length], rows).Begin().Find(Array.FindIndex(described.Items, i => i.Item.Id == id));
        return [.. found.ToArray().Select(f => (described.Items[f.Place].Item.Id, f.Weight))];
    }

    /// <summary>The long way: brands, titles as a whole, and the words of both; what one item alone says counts once.</summary>
    private static double Cosine(Item[] items, Item a, Item b)
    {
        static HashSet<string> Of(Item i) => [$"brand {i.Brand}", $"title {i.Attributes!["title"]}", i.Brand!, .. i.Attributes["title"].Split(' ')];
        int Count(string said) => items.Count(i => Of(i).Contains(said));
        double Square(string said) => Math.Pow(Math.Log((double)items.Length / Count(said)), 2);
        double Length(Item i) => Math.Sqrt(Of(i).Where(s => Count(s) > 1).Sum(Square) + Of(i).Where(s => Count(s) == 1).Take(1).Sum(Square));
        return Of(a).Intersect(Of(b)).Sum(Square) / (Length(a) * Length(b));
    }
}
