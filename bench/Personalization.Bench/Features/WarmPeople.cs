using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Bench.Features;

/// <summary>People with some history, and what they do next.</summary>
internal static class WarmPeople
{
    public const int Items = 2000;
    private const int People = 4096;
    private const int Before = 40;
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private static readonly EventType[] Types =
    [
        .. Enumerable.Repeat(EventType.View, 9), .. Enumerable.Repeat(EventType.Click, 4), EventType.Dwell, EventType.Dwell, EventType.Dwell,
        EventType.AddToCart, EventType.Search, EventType.Search, EventType.Purchase,
    ];

    public static CatalogueSnapshot Catalogue { get; } = CatalogueSnapshot.Empty.With(Enumerable.Range(0, Items).Select(i => new Item
    {
        Id = $"item-{i}", Category = $"category-{i / 50}", Brand = $"brand-{i / 20}", Price = 5 + (i % 300), Currency = "EUR",
        Attributes = new Dictionary<string, string> { ["colour"] = $"c{i % 8}", ["size"] = $"s{i % 6}", ["material"] = $"m{i % 5}" },
    }));

    private static readonly ulong[] Keys = [.. Catalogue.All.Select(i => i.Key.Value)];
    private static readonly Lazy<byte[][]> Profiles = new(() => [.. Enumerable.Range(0, People).Select(Warm)]);

    public static double Bytes => Profiles.Value.Average(p => p.Length);

    public static ReadOnlyMemory<byte> ProfileOf(Subject subject) => Profiles.Value[(int)(ulong)subject.Key % People];

    /// <summary>Deliveries one after the other, going round the people so that each of them has <paramref name="each"/> events in one.</summary>
    public static List<Delivery> Deliveries(int each, int batch, int count, int partition, int from = 0)
    {
        var random = new Random(partition + from);
        return [.. Enumerable.Range(from, count).Select(d => new Delivery("behaviour", $"{partition}", [.. Enumerable.Range(0, batch).Select(i =>
        {
            var person = ((d * batch / each) + (i % (batch / each))) % People;
            // The people of two partitions are not the same.
            return Record(1000 + ((long)d * batch) + i, Event(random, (ulong)(person + (partition * People)), Start.AddDays(20).AddMilliseconds((d * 1000) + i)));
        })], 0))];
    }

    public static Subject Subject(int person) => new((UInt128)(uint)person);

    /// <summary>What somebody does after all that.</summary>
    public static StreamedEvent Next(Random random, int person) => Event(random, (ulong)person, Start.AddDays(20));

    private static byte[] Warm(int person)
    {
        var (profile, input, random) = (new Profile(), new FeatureInput(), new Random(person));
        for (var i = 0; i < Before; i++)
        {
            input.Take(Event(random, (ulong)person, Start.AddHours(i * 7)), Catalogue);
            ProfileFold.Apply(profile, null, null, input, Catalogue, new(0, i, Start.AddHours(i * 7).ToUnixTimeMilliseconds(), false, false));
        }

        var room = new byte[profile.MaxBytes];
        return room[..profile.Write(room)];
    }

    // Someone's taste: what they meet is of some hundred items that are near each other.
    private static StreamedEvent Event(Random random, ulong person, DateTimeOffset at)
    {
        var type = Types[random.Next(Types.Length)];
        var items = type == EventType.Search ? [] : new[] { Keys[(int)((person * 131) + (ulong)(random.Next(60) + random.Next(60))) % Items] };
        return new(
            new(person), type, Purposes.Personalization | (type == EventType.Purchase ? Purposes.Sensitive : default), 1, at.ToUnixTimeMilliseconds(), (ulong)random.NextInt64(), person,
            default, 0, 1, 4000, items, default);
    }

    public static DeliveredRecord Record(long sequence, in StreamedEvent e)
    {
        var body = new byte[StreamedEvent.MaxBytes];
        return new(sequence, Start.AddSeconds(sequence), null, body.AsMemory(0, e.Write(body)).ToArray());
    }
}
