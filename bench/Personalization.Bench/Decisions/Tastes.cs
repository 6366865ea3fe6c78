using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Bench.Decisions;

/// <summary>
/// People whose taste is known because it is made up: what they like, what they did because of it, and how probably they
/// would click on anything. What personalization has of them is only what they did.
/// </summary>
internal sealed class Tastes
{
    public const int Items = 2000;
    private const int Categories = 40;
    private const int Brands = 100;
    public static readonly DateTimeOffset Now = new(2026, 1, 25, 9, 0, 0, TimeSpan.Zero);

    public static CatalogueSnapshot Catalogue { get; } = CatalogueSnapshot.Empty.With(Enumerable.Range(0, Items).Select(i => new Item
    {
        Id = $"item-{i}", Category = $"category-{i % Categories}", Brand = $"brand-{i * 7 % Brands}", Price = 5 + (i * 13 % 300), Currency = "EUR",
        Attributes = new Dictionary<string, string> { ["colour"] = $"c{i / 40 % 8}", ["material"] = $"m{i / 320 % 5}" },
    }));

    /// <summary>How much everybody likes each, the same in the ranking.</summary>
    private static readonly float[] Liked = [.. Enumerable.Range(0, Items).Select(i => 1f / MathF.Sqrt(1 + (i * 37 % Items)))];

    public static PopularItems Popular { get; } =
        PopularItems.Of(Enumerable.Range(0, Items).Select(i => new PopularItem(ItemKey.Of($"item-{i}"), Liked[i])).OrderByDescending(p => p.Score).Take(1000), Now);

    private readonly float[] category = new float[Categories], brand = new float[Brands], colour = new float[8];
    private readonly int band;
    private readonly float[] likes = new float[Items];

    public Tastes(int seed, int events, bool buying)
    {
        var random = new Random(seed);
        // One to four categories, the first the dearest.
        for (int n = random.Next(1, 5), k = 0; k < n; k++) category[random.Next(Categories)] += 1f / (k + 1);
        for (var k = 0; k < 5; k++) brand[random.Next(Brands)] = 1;
        for (var k = 0; k < 2; k++) colour[random.Next(8)] = 1;
        band = random.Next(5, 10);
        for (var i = 0; i < Items; i++) likes[i] = Utility(i);
        Subject = new((UInt128)(uint)(seed + 1));
        Profile = events == 0 ? null : Met(random, events, buying);
    }

    public Subject Subject { get; }

    /// <summary>What is kept of them; null for somebody never met.</summary>
    public byte[]? Profile { get; }

    /// <summary>How probably they click on an item they look at.</summary>
    public double Clicks(int item) => 1 / (1 + Math.Exp(3 - likes[item]));

    private float Utility(int i)
    {
        var price = Catalogue.All[i].Item.Price!.Value;
        return (3 * category[i % Categories]) + brand[i * 7 % Brands] + (0.5f * colour[i / 40 % 8]) + ((int)Math.Floor(Math.Log10((double)price) * 4) == band ? 0.5f : 0) + (2 * Liked[i]);
    }

    /// <summary>What they looked at is chosen by taste among what they came across: forty things, some popular.</summary>
    private byte[] Met(Random random, int events, bool buying)
    {
        var (profile, input) = (new Profile(), new FeatureInput());
        for (var e = 0; e < events; e++)
        {
            var best = -1;
            var most = float.NegativeInfinity;
            for (var k = 0; k < 40; k++)
            {
                var i = random.Next(Items);
                var drawn = likes[i] - MathF.Log(-MathF.Log((random.NextSingle() * 0.999998f) + 1e-6f));
                if (drawn > most) (best, most) = (i, drawn);
            }

            var last = e == events - 1;
            var at = last ? Now.AddMinutes(-5) : Now.AddHours(-6 * (events - e));
            var type = last && buying ? EventType.AddToCart : random.Next(3) == 0 ? EventType.Click : EventType.View;
            input.Take(new(Subject, type, Purposes.Personalization, 1, at.ToUnixTimeMilliseconds(), (ulong)random.NextInt64(), (ulong)e + 1, default, 0, 1, 4000, new[] { Catalogue.All[best].Key.Value }, default), Catalogue);
            profile.Apply(input, Purposes.All);
        }

        var room = new byte[profile.MaxBytes];
        return room[..profile.Write(room)];
    }
}
