using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Personalization.Bench.Storage;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Decisions;

/// <summary>What naming and noting a decision costs whoever decides, how many the disk takes, and how fast one is found again.</summary>
internal static class DecisionLogBench
{
    private const int Threads = 2;
    private const int People = 100_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    public static async Task<int> Run()
    {
        var ids = new DecisionIds(new MemorySecrets(), TimeProvider.System);
        await ids.Preload(default);
        var name = Naming(ids);
        var rows = new List<string>();
        foreach (var (perSecond, bytes) in new[] { (30_000, 1_000), (30_000, 3_000), (int.MaxValue, 1_000), (int.MaxValue, 3_000), (int.MaxValue, 6_000) })
            await Measure.InDirectory(async directory => rows.Add(await Noting(ids, directory, perSecond, bytes)));
        Report.Write("decisionlog.md", string.Create(CultureInfo.InvariantCulture, $"""
            # The decision log, embedded

            `dotnet run -c Release --project bench/Personalization.Bench -- decisionlog`

            Naming a decision takes {name.Nanoseconds:f0} ns and allocates {name.Bytes:f1} bytes. Asked: half a microsecond and none.

            Noting: {Threads} threads note for {Time.TotalSeconds} seconds, at 30,000 a second as asked for or as fast as they can, into a log on the disk with strict
            durability, the default buffer of 64 MB and a writing every 200 ms. What the disk cannot take is given up and counted. The allocation is
            of the whole process, writing included. Found: one decision by its name in what was written, the median of 200.

            {Report.Machine}

            | Asked/s | Bytes | Noted/s | ns a note | Written/s | MB/s | Lost | Allocated B a note | Waits for the lock | Found ms |
            |---|---|---|---|---|---|---|---|---|---|
            {string.Join('\n', rows)}

            """));
        return 0;
    }

    private static (double Nanoseconds, double Bytes) Naming(DecisionIds ids)
    {
        const int Count = 2_000_000;
        var now = TimeProvider.System.GetUtcNow();
        for (var n = 0; n < 100_000; n++) ids.New(new((UInt128)n), now);
        var (before, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var n = 0; n < Count; n++) ids.New(new((UInt128)n), now);
        return (Stopwatch.GetElapsedTime(began).TotalNanoseconds / Count, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Count);
    }

    private static async Task<string> Noting(DecisionIds ids, string directory, int perSecond, int bytes)
    {
        await using var engine = EmbeddedStorage.Open(new() { Directory = directory }, new StoreRegistry([DecisionRecords.Store]), TimeProvider.System);
        var log = new DecisionRecords(engine.Stream);
        using var meter = new Meter("decisionlog");
        using var counts = new Counts(meter);
        var writer = new DecisionLogWriter(log, DecisionLogOptions.Read(new([])), TimeProvider.System, meter);
        writer.Start();
        var (allocated, waits, began) = (GC.GetTotalAllocatedBytes(precise: true), Monitor.LockContentionCount, Stopwatch.GetTimestamp());
        var noted = await Task.WhenAll(Enumerable.Range(0, Threads).Select(t => Task.Factory.StartNew(() => Note(ids, writer, t, perSecond / Threads, bytes), TaskCreationOptions.LongRunning)));
        var noting = Stopwatch.GetElapsedTime(began).TotalSeconds;
        (waits, allocated) = (Monitor.LockContentionCount - waits, GC.GetTotalAllocatedBytes(precise: true) - allocated);
        await writer.DisposeAsync();
        var (all, writing) = (noted.Sum(n => n.Count), Stopwatch.GetElapsedTime(began).TotalSeconds);
        var found = await Found(log, noted[0].Kept);
        return string.Create(CultureInfo.InvariantCulture,
            $"| {(perSecond == int.MaxValue ? "most" : $"{perSecond:n0}")} | {bytes:n0} | {all / noting:n0} | {noted.Average(n => n.Nanoseconds):f0} | {counts.Written / writing:n0} | {counts.Written / writing * bytes / 1e6:f0} | {counts.Lost:n0} | {(double)allocated / all:f0} | {waits:n0} | {found:f2} |");
    }

    private static (long Count, double Nanoseconds, List<(Subject, DecisionId)> Kept) Note(DecisionIds ids, DecisionLogWriter writer, int thread, int perSecond, int bytes)
    {
        var (chance, body, kept, spent, count, began) = (new Random(thread), new byte[bytes], new List<(Subject, DecisionId)>(), 0L, 0L, Stopwatch.GetTimestamp());
        chance.NextBytes(body);
        for (TimeSpan passed; (passed = Stopwatch.GetElapsedTime(began)) < Time;)
        {
            // As many as are due by now; the time they take is told without that of looking at the clock.
            var due = Math.Min((long)(passed.TotalSeconds * perSecond) - count, 64);
            var from = Stopwatch.GetTimestamp();
            for (var n = 0; n < due; n++, count++)
            {
                var subject = new Subject((UInt128)(uint)chance.Next(People));
                var id = ids.New(subject, TimeProvider.System.GetUtcNow());
                writer.Note(subject, id, body);
                if (count % 1000 == 0) kept.Add((subject, id));
            }

            spent += Stopwatch.GetTimestamp() - from;
            if (due <= 0) Thread.Yield();
        }

        return (count, (double)spent / Stopwatch.Frequency * 1e9 / count, kept);
    }

    private static async Task<double> Found(DecisionRecords log, List<(Subject, DecisionId)> some)
    {
        var times = new List<double>();
        foreach (var (subject, id) in some.TakeLast(200))
        {
            var began = Stopwatch.GetTimestamp();
            if (await log.Find(subject, id, default) is not null) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return times.Count == 0 ? double.NaN : times.Order().ElementAt(times.Count / 2);
    }

    private sealed class Counts : IDisposable
    {
        private readonly MeterListener listener = new();

        public Counts(Meter meter)
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            {
                if (instrument.Name.EndsWith("written", StringComparison.Ordinal)) Written += value;
                else Lost += value;
            });
            listener.Start();
        }

        public long Written { get; private set; }

        public long Lost { get; private set; }

        public void Dispose() => listener.Dispose();
    }
}
