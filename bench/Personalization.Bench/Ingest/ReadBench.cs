using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Events;
using Personalization.Events.Reading;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Storage;
using Personalization.Profiles;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Ingest;

/// <summary>One core, no network and no disk: what reading and judging an event costs, and what of it is allocated.</summary>
internal static class ReadBench
{
    private const int Batch = 100;
    private const int People = 37;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    public static async Task<string> Run()
    {
        using var meter = new Meter("bench");
        await using var storage = EmbeddedStorage.Open(new(), Composition.Stores, TimeProvider.System);
        var (policy, tcf) = (ConsentPolicy.Read(new([])), TcfOptions.Read(new([])));
        var salts = await Salts.Open(storage.Documents, new MemorySecrets(), TimeProvider.System, SaltOptions.Read(new([])), default);
        var aliases = new Aliases(storage.Documents, salts, new(storage.Documents, TimeProvider.System), TimeProvider.System);
        var people = new People(salts, aliases, TimeProvider.System);
        var audit = new AuditLog(storage.Documents, storage.Blobs, new(storage.Documents), TimeProvider.System, meter);
        var linker = new Linker(new(storage.Documents, TimeProvider.System), new([]));
        var persons = new WholePersons(storage.Documents, linker, new(storage.Ledger), TimeProvider.System);
        var signIns = new SignIns(people, aliases, linker, persons, audit, TimeProvider.System, meter);
        var catalogue = new Catalogue(storage.Documents, TimeProvider.System, new(TimeSpan.FromDays(1)));
        var intake = new EventIntake(
            storage.Stream, storage.Documents, new(storage.Ledger), people, signIns, catalogue, policy, tcf, new(audit, policy, 0.01, TimeProvider.System, meter),
            new(storage.Documents, TimeProvider.System, meter), new(meter), TimeProvider.System, EventOptions.Read(new([])));
        var profiles = new ProfileConsent(storage.Documents, TimeProvider.System);
        for (var i = 0; i < People; i++) await profiles.Write((await people.Meet(null, $"v{i:d12}", default)).Subject, ConsentState.None, Purposes.None, default);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Batch).Select(i =>
            $$$"""{"id":"{{{i:d15}}}","type":"view","visitor":"v{{{i % People:d12}}}","session":"s000000000000","item":"item-{{{i:d12}}}","context":{"region":"DE"},"consent":{"personalization":true}}""" + "\n")));
        var (read, readBytes) = Measure(() => Read(intake, body, (_, _) => { }));
        var (known, knownBytes) = Measure(() => Read(intake, body, (i, b) => i.Recognize(b, people.Epochs, now)));
        var (judged, judgedBytes) = Measure(() => Read(intake, body, (i, b) => i.Judge(b, default).AsTask().GetAwaiter().GetResult()));
        return string.Create(CultureInfo.InvariantCulture, $"""
            ## Reading and judging, one core

            Asked: parse, validate and pseudonymise 2,000,000 events/s and core at 0 bytes.

            | What | Events/s and core | ns per event | Bytes per event |
            |---|---|---|---|
            | parse and validate | {read:n0} | {1e9 / read:f0} | {readBytes:f2} |
            | parse, validate and pseudonymise | {known:n0} | {1e9 / known:f0} | {knownBytes:f2} |
            | all that, and recall and judge consent, minimise, write the record | {judged:n0} | {1e9 / judged:f0} | {judgedBytes:f2} |

            """);
    }

    private static void Read(EventIntake intake, byte[] body, Action<EventIntake, IntakeBatch> then)
    {
        var batch = intake.Start()!;
        EventBody.Read(batch.Events, body, EventFormat.Lines, Batch);
        then(intake, batch);
        intake.Finish(batch, settled: true);
    }

    private static (double PerSecond, double Bytes) Measure(Action once)
    {
        // Long enough for the runtime to compile everything for the last time.
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm) < 2 * Long;) once();
        // Processor time, because what others do on this machine is no cost of ours.
        var (start, busy, allocated, n) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (; Stopwatch.GetElapsedTime(start) < Long; n++) once();
        return (n * Batch / (Environment.CpuUsage.TotalTime - busy).TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)(n * Batch));
    }
}
