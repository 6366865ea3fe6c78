using System.Diagnostics;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Storage;

/// <summary>The embedded engine, one line per figure. Run without arguments for all, or name some.</summary>
public static class StorageBench
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    public static async Task<int> Run(string[] args)
    {
        var all = new (string Name, Func<Task> Run)[]
        {
            ("writes", Writes), ("reads", Reads), ("open", Open), ("compaction", Compaction), ("stream", Streams),
        };
        foreach (var (name, run) in all)
            if (args.Length == 0 || args.Contains(name)) await run();
        return 0;
    }

    private static async Task Writes()
    {
        var single = 0.0;
        foreach (var writers in new[] { 1, 1, 16, 256 })
        {
            var rate = await PutRate(writers, Durability.Strict);
            if (writers == 1) single = rate;
            Console.WriteLine($"durable puts, {writers} writers: {rate:N0}/s, {rate / single:F1} x one writer");
        }
        Console.WriteLine($"relaxed puts, 1 writer: {await PutRate(1, Durability.Relaxed):N0}/s");
        Console.WriteLine($"relaxed puts, 16 writers: {await PutRate(16, Durability.Relaxed):N0}/s");
    }

    private static async Task<double> PutRate(int writers, Durability durability)
    {
        var rate = 0.0;
        await Measure.InEngine(new() { Durability = durability, CompactAfterBytes = 4L << 30 }, async (engine, _) =>
            rate = await Measure.PerSecond(writers, Time, async (writer, n) =>
            {
                var put = await engine.Documents.Put(BenchStores.Profiles, BenchStores.Subject((n % 100 * 1000) + writer), "profile", BenchStores.Profile, Condition.None, null, default);
                if (!put.Ok) throw new InvalidOperationException($"{put.Status}");
            }));
        return rate;
    }

    private static Task Reads() => Measure.InEngine(new() { Durability = Durability.Relaxed, CompactAfterBytes = 4L << 30 }, async (engine, _) =>
    {
        const int subjects = 100_000, rounds = 20;
        await Fill(engine, subjects);
        var keys = Enumerable.Range(0, subjects).Select(n => BenchStores.Subject(n)).ToArray();
        new Random(1).Shuffle(keys);
        for (var warm = 0; warm < 3; warm++) await ReadAll(engine, keys);
        var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        for (var round = 0; round < rounds; round++) await ReadAll(engine, keys);
        var nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / (rounds * subjects);
        Console.WriteLine($"point read, {subjects:N0} subjects in random order: {nanoseconds:N0} ns, {(double)(GC.GetAllocatedBytesForCurrentThread() - before) / (rounds * subjects):F2} B");
        start = Stopwatch.GetTimestamp();
        for (var n = 0; n < 10_000_000; n++) Read(engine, keys[n & 127]);
        Console.WriteLine($"point read, 128 hot subjects: {Stopwatch.GetElapsedTime(start).TotalNanoseconds / 10_000_000:N0} ns");
    });

    private static Task ReadAll(EmbeddedStorage engine, string[] keys)
    {
        foreach (var key in keys) Read(engine, key);
        return Task.CompletedTask;
    }

    private static void Read(EmbeddedStorage engine, string key)
    {
        var got = engine.Documents.Get(BenchStores.Profiles, key, "profile", default);
        if (!got.IsCompletedSuccessfully || !got.Result.Ok) throw new InvalidOperationException(key);
    }

    private static Task Open() => Measure.InDirectory(async directory =>
    {
        const int subjects = 1_000_000;
        var options = new EmbeddedOptions { Directory = directory, Durability = Durability.Relaxed, CompactAfterBytes = 8L << 30 };
        await using (var engine = EmbeddedStorage.Open(options, BenchStores.Registry, TimeProvider.System)) await Fill(engine, subjects);
        var raw = (double)BenchStores.Profile.Length;
        Console.WriteLine($"raw JSON: {raw:F0} B; journal: {Measure.BytesIn(directory) / (double)subjects:F0} B per document");
        await Reopen(options, "from the journal, into memory new to the process", _ => Task.CompletedTask);
        await Reopen(options, "from the journal", engine => engine.Compact(default).AsTask());
        var bytes = Measure.BytesIn(directory) / (double)subjects;
        Console.WriteLine($"snapshot: {bytes:F0} B per document, {bytes / raw:F2} x raw JSON");
        await Reopen(options, "from the snapshot", _ => Task.CompletedTask);
    });

    private static async Task Reopen(EmbeddedOptions options, string from, Func<EmbeddedStorage, Task> then)
    {
        GC.Collect();
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var (start, busy, paused) = (Stopwatch.GetTimestamp(), Environment.CpuUsage, GC.GetTotalPauseDuration());
        await using var engine = EmbeddedStorage.Open(options, BenchStores.Registry, TimeProvider.System);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"open 1,000,000 documents {from}: {seconds:F2} s ({(Environment.CpuUsage.UserTime - busy.UserTime).TotalSeconds:F2} s of processor time and {(Environment.CpuUsage.PrivilegedTime - busy.PrivilegedTime).TotalSeconds:F2} s in the system, {(GC.GetTotalPauseDuration() - paused).TotalSeconds:F2} s of it collecting), {(GC.GetTotalMemory(forceFullCollection: true) - memory) / 1_000_000:N0} B of memory per document");
        await then(engine);
    }

    private static Task Compaction() => Measure.InEngine(new() { Durability = Durability.Relaxed, CompactAfterBytes = 8L << 30 }, async (engine, _) =>
    {
        await Fill(engine, 300_000);
        GC.Collect();
        Console.WriteLine($"longest read, two seconds of nothing: {Longest(engine, null):F2} ms");
        for (var n = 0; n < 3; n++)
        {
            var (start, paused, made) = (Stopwatch.GetTimestamp(), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
            var longest = Longest(engine, () => engine.Compact(default).AsTask().Wait());
            Console.WriteLine($"longest read during a compaction of 300,000 documents ({Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s): {longest:F2} ms; all collecting {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds:F2} ms, {(GC.GetTotalAllocatedBytes() - made) / 1e6:F1} MB allocated");
        }
    });

    /// <summary>The longest single read in milliseconds while something else runs.</summary>
    private static double Longest(EmbeddedStorage engine, Action? meanwhile)
    {
        var work = meanwhile is null ? Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System) : Task.Run(meanwhile);
        var longest = 0L;
        for (var n = 0L; !work.IsCompleted; n++)
        {
            var key = BenchStores.Subject(n % 300_000);
            var start = Stopwatch.GetTimestamp();
            Read(engine, key);
            longest = Math.Max(longest, Stopwatch.GetTimestamp() - start);
        }
        work.Wait();
        return longest * 1000.0 / Stopwatch.Frequency;
    }

    private static async Task Streams()
    {
        foreach (var (publishers, batch) in new[] { (1, 100), (16, 100), (64, 100), (64, 12), (256, 12) })
        {
            await Measure.InEngine(new() { StreamBacklog = 100_000_000 }, async (engine, _) =>
            {
                var records = Enumerable.Range(0, batch).Select(n => new StreamRecord(BenchStores.Subject(n), BenchStores.Event)).ToArray();
                var rate = await Measure.PerSecond(publishers, Time, async (publisher, n) =>
                {
                    if (!(await engine.Stream.Publish(BenchStores.Events, (int)((publisher + n) % 8), records, default)).Ok) throw new InvalidOperationException("refused");
                });
                Console.WriteLine($"durable publish, {publishers} publishers, {batch} per batch: {rate * batch:N0} events/s");
                var start = Stopwatch.GetTimestamp();
                var read = Enumerable.Range(0, 8).Sum(partition => Consume(engine, partition));
                Console.WriteLine($"  consumed again in pages of 1,000: {read / Stopwatch.GetElapsedTime(start).TotalSeconds:N0} events/s");
            });
        }
    }

    private static long Consume(EmbeddedStorage engine, int partition)
    {
        var (read, next) = (0L, 0L);
        while (engine.Stream.Read(BenchStores.Events, partition, next, 1_000) is { Records.Count: > 0 } page) (read, next) = (read + page.Records.Count, page.Next);
        return read;
    }

    private static Task Fill(EmbeddedStorage engine, int subjects) =>
        Parallel.ForEachAsync(Enumerable.Range(0, 256), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (writer, _) =>
        {
            for (var n = writer; n < subjects; n += 256)
                await engine.Documents.Put(BenchStores.Profiles, BenchStores.Subject(n), "profile", BenchStores.Profile, Condition.None, null, default);
        });
}
