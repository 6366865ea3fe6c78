using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>Events, records and catalogues as tests need them.</summary>
internal static class Behaviour
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With(Enumerable.Range(0, 12).Select(i => new Item
    {
        Id = $"item{i}", Category = $"category{i % 3}", Brand = $"brand{i % 2}", Price = 10 * (i + 1), Currency = "EUR",
        Attributes = new Dictionary<string, string> { ["colour"] = i % 2 == 0 ? "red" : "blue" },
    }));

    private static ulong ids = 1;

    public static uint Now => Seconds(Start);

    public static uint Seconds(DateTimeOffset at) => (uint)at.ToUnixTimeSeconds();

    public static Subject Person(int number) => new((UInt128)(ulong)(number + 1) << 64 | 7);

    public static ItemKey Item(int number) => ItemKey.Of($"item{number}");

    public static Term Category(int number) => Term.Of(TermKind.Category, $"category{number}");

    /// <summary>An event under every consent, with a name of its own.</summary>
    public static StreamedEvent Event(EventType type, DateTimeOffset? at = null, int person = 0, params int[] items) => new(
        Person(person), type, Purposes.All, 1, (at ?? Start).ToUnixTimeMilliseconds(), Interlocked.Increment(ref ids), 0, default, 0, 1, 0,
        items.Select(i => Item(i).Value).ToArray(), default);

    public static DeliveredRecord Record(long sequence, in StreamedEvent e, DateTimeOffset? enqueued = null)
    {
        var body = new byte[StreamedEvent.MaxBytes];
        return new(sequence, enqueued ?? Start.AddSeconds(sequence), null, body.AsMemory(0, e.Write(body)));
    }

    /// <summary>Folds live events in order, as one delivery would.</summary>
    public static Effect[] Fold(Profile profile, VaultFeatures? vault, params StreamedEvent[] events)
    {
        var input = new FeatureInput();
        var from = (profile.Marks.LastOf(3) ?? -1) + 1;
        return [.. events.Select((e, i) =>
        {
            input.Take(e, Catalogue);
            return ProfileFold.Apply(profile, vault, null, input, Catalogue, new(3, from + i, Start.AddSeconds(from + i).ToUnixTimeMilliseconds(), false, false));
        })];
    }

    public static byte[] Bytes(FeatureDocument document)
    {
        var room = new byte[document.MaxBytes];
        return room[..document.Write(room)];
    }
}
