using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Catalog;
using Personalization.Models;
using Personalization.Training.Choosing;
using Personalization.Training.Content;
using Personalization.Training.Learning;

namespace Personalization.Bench.Training;

/// <summary>What new items cost in a large catalogue: half of it is met, half is new.</summary>
internal static class ContentCost
{
    private const int Items = 100_000;
    private const int Words = 8;
    private const int Kinds = 100;
    private const int Seed = 1;

    public static void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## Cost\n\n{Report.Machine}\n\n{Items:N0} items, half of them met and half new; category, brand, price and {Words} words each, as skewed as words are, half of them by what people like. Beyond learning the model itself:\n\n| | Seconds | Allocated MB | Model file, MB before | after |\n|---|---|---|---|---|\n");
        var (random, drawn) = (new Random(2), new Random(Seed));
        // As the people's data draw them, so that words tell what people like; the new half again.
        int[] kinds = [.. Enumerable.Range(0, Items / 2).Select(_ => drawn.Next(Kinds))];
        var catalogue = CatalogueSnapshot.Empty.With(Enumerable.Range(0, Items).Select(i => Described(i, kinds[i % kinds.Length], random)));
        var people = Meeting.Together(Clustered.Of(50_000, Items / 2, Kinds, Seed), 50_000, Items / 2);
        ulong[] keys = [.. Enumerable.Range(0, Items / 2).Select(i => ItemKey.Of($"item-{i}").Value)];
        foreach (var (name, recipe) in new (string, Recipe)[] { ("als, 64 dimensions", new VectorRecipe(64, new(0.3f, 0.3f, 0.5f, 0))), ("cooccurrence", new CoOccurrenceRecipe(10, 0, 100)) })
        {
            var model = Made.Of("cost", default, keys, recipe.Learn(people, 1, Environment.ProcessorCount, default));
            var (began, bytes) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            var placed = NewItems.Place(model, people.PeopleByColumn(), catalogue, Environment.ProcessorCount, default);
            var (seconds, megabytes) = (Stopwatch.GetElapsedTime(began).TotalSeconds, (GC.GetTotalAllocatedBytes(precise: true) - bytes) >> 20);
            text.Append(CultureInfo.InvariantCulture, $"| {name}: {placed.New:N0} new | {seconds:0.0} | {megabytes:N0} | {ModelFile.Write(model).Length >> 20} | {ModelFile.Write(placed.Model).Length >> 20} |\n");
        }
    }

    private static Item Described(int item, int kind, Random random) => new()
    {
        Id = $"item-{item}", Category = $"c{kind}-{random.Next(5)}", Brand = $"b{Skewed(random, 2_000)}", Price = random.Next(1, 1000), Currency = "EUR",
        Attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = string.Join(' ', Enumerable.Range(0, Words).Select(w => $"w{(w < Words / 2 ? (kind * 100) + Skewed(random, 100) : Skewed(random, 20_000))}")) },
    };

    private static int Skewed(Random random, int many) => (int)(many * Math.Pow(random.NextDouble(), 3));
}
