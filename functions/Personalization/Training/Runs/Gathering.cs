using Personalization.Catalog;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Training.Choosing;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Training.Runs;

/// <summary>
/// Reads what may be learned from: what people met lately, of those who may be learned from (<see cref="Contributors"/>). What one
/// person contributes is bounded. The same profiles give the same data, in whatever order they are read.
/// </summary>
public sealed class Gathering(IDocuments documents, Catalogue catalogue, GatheringOptions options)
{
    private const int PageSize = 500;

    /// <summary>Of so many it is asked at once who they are: one after the other would be felt where the store is a network away.</summary>
    private const int Together = 50;

    private readonly Contributors contributors = new(documents);

    /// <param name="now">What is expired by then is left out.</param>
    /// <param name="tell">Told how many were read.</param>
    /// <param name="stop">Gives up.</param>
    public ValueTask<TrainingData> Run(DateTimeOffset now, Action<string> tell, CancellationToken stop) => Read(now, int.MaxValue, tell, stop);

    /// <summary>Of as many people at least, where there are so many, and not of many more: enough for a look.</summary>
    public ValueTask<TrainingData> Sample(DateTimeOffset now, int people, CancellationToken stop) => Read(now, people, _ => { }, stop);

    private async ValueTask<TrainingData> Read(DateTimeOffset now, int most, Action<string> tell, CancellationToken stop)
    {
        var (people, profile, seconds) = (new Contributions(options.MostPeople), new Profile(), FeatureInput.Seconds(now.ToUnixTimeMilliseconds()));
        var (read, next) = (0, (string?)null);
        do
        {
            var page = (await documents.Scan(Profile.Store, next, PageSize, stop)).Required(Profile.Store);
            foreach (var some in page.Items.Chunk(Together))
            {
                var who = await Task.WhenAll(some.Select(d => contributors.Of(d, stop).AsTask()));
                for (var i = 0; i < some.Length; i++)
                    if (who[i] is { Key: var key } && profile.Read(some[i].Body.Span)) people.Add(key, Taken(profile, seconds));
            }

            next = page.Next;
            tell($"reading people: {read += page.Items.Count} so far, {people.Count} of them to learn from");
        }
        while (next is not null && people.Count < most);
        return Numbered(people, await catalogue.Loaded(stop));
    }

    private List<RecentItem> Taken(Profile profile, uint now) =>
        [.. profile.Recent.All(now).Where(i => i.Weight > 0 && float.IsFinite(i.Weight)).Take(options.MostItems).Select(i => i with { Weight = Math.Min(i.Weight, options.MostWeight) })];

    /// <summary>With numbers in place of names: people by their keys, items by theirs; of items the catalogue has.</summary>
    private TrainingData Numbered(Contributions people, CatalogueSnapshot items)
    {
        var rows = people.Ordered(options.MostItems);
        ulong[] keys = [.. rows.SelectMany(r => r).Select(i => i.Item.Value).Distinct().Where(k => items.Find(new ItemKey(k)) is not null).Order()];
        var meetings = new List<Meeting>();
        for (var person = 0; person < rows.Count; person++)
            foreach (var met in rows[person])
                if (Array.BinarySearch(keys, met.Item.Value) is >= 0 and var item) meetings.Add(new(person, item, met.At, met.Weight));
        meetings.Sort(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : a.Person != b.Person ? a.Person.CompareTo(b.Person) : a.Item.CompareTo(b.Item));
        return new(meetings, rows.Count, keys, [.. Groups(keys, items)], items) { Drawn = people.Drawn };
    }

    /// <summary>By category, and by brand where there are any: whoever makes what is sold may be shown unfairly within each category.</summary>
    private static IEnumerable<ItemGroups> Groups(ulong[] keys, CatalogueSnapshot items)
    {
        Item[] known = [.. keys.Select(k => items.Find(new ItemKey(k))!.Item)];
        yield return Groups("category", [.. known.Select(i => i.Category)]);
        if (known.Any(i => i.Brand is { Length: > 0 })) yield return Groups("brand", [.. known.Select(i => i.Brand)]);
    }

    private static ItemGroups Groups(string kind, string?[] of)
    {
        string[] names = [.. of.OfType<string>().Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return new(kind, [.. of.Select(n => n is { Length: > 0 } ? Array.BinarySearch(names, n, StringComparer.Ordinal) : ItemGroups.Unknown)], names);
    }
}
