using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Personalization.Bench.Features;
using Personalization.Bench.Storage;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Functions;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Ingest;

/// <summary>Whether an event costs more where there are more people: deliveries over a store on disk that holds few and many profiles.</summary>
internal static class GrowthBench
{
    private const int Batch = 1024;
    private const int Few = 10_000;
    private const int Many = 1_000_000;
    private const int Rounds = 9;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    public static async Task<string> Run()
    {
        var (few, many) = (new List<double>(), new List<double>());
        await Measure.InDirectory(async directory =>
        {
            await using var small = Open(Path.Combine(directory, "few"));
            await using var large = Open(Path.Combine(directory, "many"));
            await Fill(small, Few);
            await Fill(large, Many);
            var (one, other) = (new Load(small, Few), new Load(large, Many));
            await one.Run(3 * Long);
            await other.Run(3 * Long);
            for (var i = 0; i < Rounds; i++)
            {
                few.Add(await one.Run(Long));
                many.Add(await other.Run(Long));
            }
        });
        var (a, b) = (few.Order().ElementAt(Rounds / 2), many.Order().ElementAt(Rounds / 2));
        return string.Create(CultureInfo.InvariantCulture, $"""
            ## With more people

            Asked: with a million profiles within 15 % of ten thousand. Deliveries of {Batch} events of as many different people, drawn at random, durable on disk, two partitions at a time; medians of {Rounds} short rounds in turns.

            | Profiles | Events/s |
            |---|---|
            | {Few:n0} | {a:n0} |
            | {Many:n0} | {b:n0} |

            **Ratio {many.Zip(few, (m, f) => m / f).Order().ElementAt(Rounds / 2):f2}** (median of the rounds).

            """);
    }

    private static EmbeddedStorage Open(string directory) => EmbeddedStorage.Open(new() { Directory = directory }, Composition.Stores, TimeProvider.System);

    private static async Task Fill(EmbeddedStorage storage, int people)
    {
        foreach (var chunk in Enumerable.Range(0, people).Chunk(5_000))
            foreach (var written in await Task.WhenAll(chunk.Select(p => storage.Documents.Put(Profile.Store, WarmPeople.Subject(p).ToString(), Profile.Id, WarmPeople.ProfileOf(WarmPeople.Subject(p)), Condition.None, null, default).AsTask()))) written.Required(Profile.Store);
    }

    private sealed class Load
    {
        private readonly Featurizer featurizer;
        private readonly int people;
        private readonly long[] sequence = [1_000_000, 1_000_000];

        public Load(EmbeddedStorage storage, int people)
        {
            this.people = people;
            var meter = new Meter("bench");
            var catalogue = new Catalogue(storage.Documents, TimeProvider.System, new(TimeSpan.FromDays(1)));
            catalogue.Upsert([.. WarmPeople.Catalogue.All.Select(i => i.Item)], default).AsTask().GetAwaiter().GetResult();
            featurizer = new(storage.Documents, catalogue, new(storage.Documents, TimeProvider.System, meter), static (_, _) => new(ConsentState.None), TimeProvider.System, meter);
        }

        public async Task<double> Run(TimeSpan time)
        {
            var start = Stopwatch.GetTimestamp();
            var counts = await Task.WhenAll(Enumerable.Range(0, 2).Select(p => Task.Run(() => Partition(p, start, time))));
            return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        private async Task<long> Partition(int partition, long start, TimeSpan time)
        {
            var random = new Random(partition);
            var n = 0L;
            for (; Stopwatch.GetElapsedTime(start) < time; n += Batch)
            {
                // The people of the two partitions are the even and the odd ones.
                var records = Enumerable.Range(0, Batch).Select(_ => WarmPeople.Record(sequence[partition]++, WarmPeople.Next(random, (2 * random.Next(people / 2)) + partition))).ToList();
                await featurizer.Apply(new("behaviour", $"{partition}", records, 0), default);
            }

            return n;
        }
    }
}
