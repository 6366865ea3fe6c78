using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Functions;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Features;

/// <summary>How many events a second become features: the work alone on one core, and with the embedded store in memory.</summary>
internal static class FeaturesBench
{
    private const int Batch = 1024;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# Features\n\n`dotnet run -c Release --project bench/Personalization.Bench -- features`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Deliveries of {Batch} events over warm profiles (40 events before, mean {WarmPeople.Bytes:f0} bytes), a catalogue of {WarmPeople.Items} items with brand, price and three attributes. Events are views, clicks, dwells, carts, searches and one purchase in twenty.\n\n{Report.Machine}\n\n");
        text.Append("## The work alone, on one core\n\nDecode, group by person, read the profile, fold, count, write the profile; no storage. By processor time, because other work ran on the machine. Bytes are what is allocated: the names of a person's documents, which the storage contract takes as text.\n\n| Events of a person in a delivery | Events/s | ns per event | Bytes per event |\n|---|---|---|---|\n");
        foreach (var each in new[] { 1, 4, 16 })
        {
            var (perSecond, bytes) = Alone(each);
            text.Append(CultureInfo.InvariantCulture, $"| {each} | {perSecond:n0} | {1e9 / perSecond:f0} | {bytes:f0} |\n");
        }

        text.Append("\nWhere it goes, in nanoseconds: ");
        text.Append(string.Join(", ", Steps().Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Step} {s.Nanoseconds:f0}")))).Append(".\n");
        text.Append("\n## With the embedded store in memory\n\nEverything a delivery does, statistics and vault included, two partitions at a time; by the clock, beside that other work.\n\n| Events of a person in a delivery | Events/s |\n|---|---|\n");
        foreach (var each in new[] { 1, 4, 16 }) text.Append(CultureInfo.InvariantCulture, $"| {each} | {await Stored(each):n0} |\n");
        Report.Write("features.md", text.ToString());
        return 0;
    }

    private static (double PerSecond, double BytesPerEvent) Alone(int each)
    {
        var (work, deliveries) = (new DeliveryWork(), WarmPeople.Deliveries(each, Batch, 16, partition: 0));
        for (var i = 0; i < 200; i++) Once(work, deliveries[i % deliveries.Count]);
        // Processor time, so that what else the machine does is not counted.
        var (start, spent, allocated, n) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (; Stopwatch.GetElapsedTime(start) < Long; n++) Once(work, deliveries[(int)(n % deliveries.Count)]);
        var took = (Environment.CpuUsage.TotalTime - spent).TotalSeconds;
        return (n * Batch / took, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(n * Batch));
    }

    private static IEnumerable<(string Step, double Nanoseconds)> Steps()
    {
        var delivery = WarmPeople.Deliveries(1, Batch, 1, partition: 0)[0];
        var (work, profile, input, keys, room) = (new DeliveryWork(), new Profile(), new FeatureInput(), new KeyPool(), new byte[new Profile().MaxBytes]);
        var body = WarmPeople.ProfileOf(new(1)).ToArray();
        profile.Read(body);
        StreamedEvent.TryRead(delivery.Records[1].Body.Span, keys, out var e);
        yield return ("decode an event", Nanoseconds(() => { keys.Reset(); StreamedEvent.TryRead(delivery.Records[1].Body.Span, keys, out _); }));
        yield return ("decode and group one of a delivery", Nanoseconds(() => work.Decode(delivery)) / Batch);
        yield return ("look up its items", Nanoseconds(() => input.Take(e, WarmPeople.Catalogue)));
        yield return ("read a profile", Nanoseconds(() => profile.Read(body)));
        var sequence = 100_000L;
        yield return ("fold an event", Nanoseconds(() =>
        {
            input.Take(e with { Id = (ulong)++sequence }, WarmPeople.Catalogue);
            ProfileFold.Apply(profile, null, null, input, WarmPeople.Catalogue, new(0, sequence, sequence, false, false));
        }));
        yield return ("write a profile", Nanoseconds(() => profile.Write(room)));
    }

    private static double Nanoseconds(Action step)
    {
        for (var i = 0; i < 20_000; i++) step();
        var (start, n) = (Stopwatch.GetTimestamp(), 0L);
        for (; Stopwatch.GetElapsedTime(start).TotalMilliseconds < 300; n += 10)
            for (var i = 0; i < 10; i++) step();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / n;
    }

    private static void Once(DeliveryWork work, Delivery delivery)
    {
        work.Decode(delivery);
        work.Reuse();
        work.Tally.Clear();
        foreach (var person in work.People)
        {
            person.Profile = Outcome.Ok(new Document(person.Key, Profile.Id, WarmPeople.ProfileOf(person.Subject), default));
            work.Fold(person, WarmPeople.Catalogue, TallyMark.None(default));
        }
    }

    private static async Task<double> Stored(int each)
    {
        using var meter = new Meter("bench");
        await using var storage = EmbeddedStorage.Open(new EmbeddedOptions(), Composition.Stores, TimeProvider.System);
        var catalogue = new Catalogue(storage.Documents, TimeProvider.System, new(TimeSpan.MaxValue));
        await catalogue.Upsert([.. WarmPeople.Catalogue.All.Select(i => i.Item)], default);
        var featurizer = new Featurizer(storage.Documents, catalogue, new DeadLetters(storage.Documents, TimeProvider.System, meter), static (_, _) => new(ConsentState.None), TimeProvider.System, meter);
        Task Run(int partition, int from, int count) => Task.Run(async () =>
        {
            var deliveries = WarmPeople.Deliveries(each, Batch, count, partition, from);
            foreach (var delivery in deliveries) await featurizer.Apply(delivery, default);
        });
        await Task.WhenAll(Run(0, 0, 40), Run(1, 0, 40));
        var (made, start) = (200, Stopwatch.GetTimestamp());
        await Task.WhenAll(Run(0, 40, made), Run(1, 40, made));
        return 2 * made * Batch / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
