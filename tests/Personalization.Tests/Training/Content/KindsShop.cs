using Personalization.Catalog;
using Personalization.Models;
using Personalization.Training.Content;
using Personalization.Training.Learning;
using Personalization.Tests.Models;
using Personalization.Tests.Training.Learning;

namespace Personalization.Tests.Training.Content;

/// <summary>A shop with three kinds of items, each of its own brand and words, and people who like one kind; items past the known ones are new.</summary>
internal static class KindsShop
{
    public const int Kinds = 3;
    public const int Known = 60;

    /// <summary>One of each kind, in the order of the kinds.</summary>
    public static readonly ulong[] New = [.. Enumerable.Range(Known, Kinds).Select(i => Learn.Key(i))];

    private static readonly string[][] Words = [["red", "woollen", "scarf"], ["steel", "kitchen", "knife"], ["garden", "summer", "chair"]];

    public static Item Item(int number, bool told = true) => new()
    {
        Id = $"item-{number:d2}", Category = $"c{number % 2}", Brand = told ? $"brand-{number % Kinds}" : $"brand-{number * number % 7}",
        Attributes = told ? new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = $"{Words[number % Kinds][number % 2]} {Words[number % Kinds][2]} {number}" } : null,
    };

    public static Item[] Items(bool told = true) => [.. Enumerable.Range(0, Known + Kinds).Select(i => Item(i, told))];

    /// <summary>Three of four that somebody meets are of the kind they like.</summary>
    public static (int Item, float Weight)[][] People(int people = 240)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, people).Select(p => Enumerable.Range(0, 10).Select(n => (((n % 4 == 3 ? random.Next(Known) : random.Next(Known / Kinds) * Kinds + (p % Kinds)), 1f))).ToArray())];
    }

    public static FactorModel Learned(string family, IEnumerable<(int, float)[]> people) => Shops.Served(Shops.Learn(family, Interactions.Of(people, Known)), Known);

    public static Placed Place(string family, IEnumerable<Item>? items = null, int threads = 2, (int, float)[][]? people = null)
    {
        people ??= People();
        return NewItems.Place(Learned(family, people), Interactions.Of(people, Known).PeopleByColumn(), CatalogueSnapshot.Empty.With(items ?? Items()), threads, default);
    }

    /// <summary>What a decision would have of the model, for somebody who met some items.</summary>
    public static Taste Taste(FactorModel model, params int[] met)
    {
        var taste = new Taste();
        taste.Begin(model, Learn.Met(met.Select(m => (m, 1))), Learn.Now);
        return taste;
    }
}
