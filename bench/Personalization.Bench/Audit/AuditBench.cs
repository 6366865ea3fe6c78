using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Bench.Storage;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Audit;

/// <summary>The audit log on the real disk: how fast it takes entries, whether that depends on its length, and proofs over ten million.</summary>
internal static class AuditBench
{
    private const int Writers = 256;
    private const int Proofs = 5_000;
    private static readonly int[] Sizes = [10_000, 1_000_000, 10_000_000];
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);
    private static readonly IReadOnlyDictionary<string, string> Said = new Dictionary<string, string> { ["purpose"] = "personalization", ["pass"] = "0123456789abcdef", ["outcome"] = "read" };
    private static readonly IReadOnlyDictionary<string, string> Personal = new Dictionary<string, string> { ["granted"] = "personalization sensitive", ["denied"] = "marketing", ["source"] = "banner" };

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# The audit log\n\n`dotnet run -c Release --project bench/Personalization.Bench -- audit`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"On disk, durable when acknowledged. An entry of somebody has three open texts, a tag and an encrypted part ({Length(true)} bytes); one of nobody has three open texts ({Length(false)} bytes).\n\n{Report.Machine} Other work on the machine: load {Load()} at the start.\n\n");
        text.Append("## Appending to an empty log\n\n| Writers at once | About | Entries/s | ms until acknowledged, mean |\n|---|---|---|---|\n");
        foreach (var (writers, about) in new[] { (1, false), (16, false), (Writers, false), (Writers, true), (2048, false) })
        {
            var rate = 0.0;
            await InLog(async (log, _, _) => rate = await Rate(log, writers, about));
            text.Append(CultureInfo.InvariantCulture, $"| {writers} | {(about ? "somebody" : "nobody")} | {rate:n0} | {writers * 1000 / rate:f2} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## With the length of the log\n\n{Writers} writers, entries about nobody. Proofs are for random entries of the whole log, one after the other, from the files: no tile is kept in memory.\n\n| Entries before | Opened in, ms | Entries/s appended | Processor time per entry, µs | Allocated per entry, bytes | Inclusion proof, ms: mean | half below | 99 of 100 below | Consistency proof, ms: mean |\n|---|---|---|---|---|---|---|---|---|\n");
        await Measure.InDirectory(async directory =>
        {
            await using var storage = EmbeddedStorage.Open(new() { Directory = directory }, Composition.Stores, TimeProvider.System);
            var segment = 0L;
            foreach (var size in Sizes)
            {
                using var meter = new Meter("bench");
                // What the last round appended comes on top; whole segments are written as the sealer writes them.
                var filling = new AuditLog(storage.Documents, storage.Blobs, new(storage.Documents), TimeProvider.System, meter);
                await Fill(filling, size);
                var log = new AuditLog(storage.Documents, storage.Blobs, new(storage.Documents), TimeProvider.System, meter);
                var start = Stopwatch.GetTimestamp();
                var before = await log.End.ReadOn(default);
                var opened = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                var (inclusion, consistency) = await Prove(log, before);
                var (allocated, busy) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
                var rate = await Rate(log, Writers, about: false);
                await log.Sealer.Run(default);
                var entries = await log.End.ReadOn(default) - before;
                (allocated, busy) = (GC.GetTotalAllocatedBytes() - allocated, Environment.CpuUsage.TotalTime - busy);
                text.Append(CultureInfo.InvariantCulture, $"| {before:n0} | {opened:f0} | {rate:n0} | {busy.TotalMicroseconds / entries:f1} | {allocated / entries:n0} | {inclusion.Average():f3} | {inclusion.Order().ElementAt(inclusion.Length / 2):f3} | {inclusion.Order().ElementAt(inclusion.Length * 99 / 100):f3} | {consistency.Average():f3} |\n");
                segment = log.End.Sealed;
            }

            text.Append(CultureInfo.InvariantCulture, $"\nAt the end {Measure.BytesIn(directory) / 1e9:f1} GB on disk for {segment * SegmentTile.Leaves:n0} sealed entries. Load {Load()} at the end.\n");
        });
        Report.Write("audit.md", text.ToString());
        return 0;
    }

    private static async Task<(double[] Inclusion, double[] Consistency)> Prove(AuditLog log, long size)
    {
        var (proofs, random) = (new AuditProofs(log), new Random(7));
        for (var i = 0; i < 500; i++) await proofs.Inclusion(random.NextInt64(size), size, default);
        var (inclusion, consistency) = (new double[Proofs], new double[Proofs / 5]);
        for (var i = 0; i < inclusion.Length; i++)
        {
            var (index, start) = (random.NextInt64(size), Stopwatch.GetTimestamp());
            var proof = await proofs.Inclusion(index, size, default);
            inclusion[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!proof.Holds()) throw new InvalidOperationException("the proof does not hold");
        }

        for (var i = 0; i < consistency.Length; i++)
        {
            var (from, start) = (random.NextInt64(1, size), Stopwatch.GetTimestamp());
            await proofs.Consistency(from, size, default);
            consistency[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return (inclusion, consistency);
    }

    private static Task<double> Rate(AuditLog log, int writers, bool about) => Measure.PerSecond(writers, Long, async (writer, n) =>
        await log.Append(new(AuditTypes.VaultRead, about ? new Subject((UInt128)(((n % 40) * Writers) + writer)) : null, Said, about ? Personal : null), default));

    private static async Task Fill(AuditLog log, long size)
    {
        await log.End.ReadOn(default);
        await log.Sealer.Run(default);
        var salts = new Random(1);
        while (log.End.Size % SegmentTile.Leaves != 0) await log.Append(new(AuditTypes.PolicyEvaluated, null, Said), default);
        await log.Sealer.Run(default);
        for (var segment = log.End.Size / SegmentTile.Leaves; (segment + 1) * SegmentTile.Leaves <= size; segment++)
        {
            var frames = new Framed[SegmentTile.Leaves];
            for (var i = 0; i < frames.Length; i++)
            {
                var salt = new byte[AuditEntry.SaltBytes];
                salts.NextBytes(salt);
                var entry = EntryBytes.Write(new(TimeProvider.System.GetUtcNow(), AuditTypes.PolicyEvaluated, salt, default, Said, default), null);
                frames[i] = new(TreeHash.Leaf(entry), entry);
            }

            await log.Segments.Put(segment, frames, default);
        }
    }

    private static int Length(bool about)
    {
        var key = new PersonalKey(new byte[PersonalKey.SecretBytes]);
        var entry = new AuditEntry(TimeProvider.System.GetUtcNow(), AuditTypes.VaultRead, new byte[AuditEntry.SaltBytes], about ? key.Tag : default, Said, default);
        return EntryBytes.Write(entry, about ? (key, Personal) : null).Length;
    }

    private static Task InLog(Func<AuditLog, EmbeddedStorage, string, Task> run) => Measure.InDirectory(async directory =>
    {
        using var meter = new Meter("bench");
        await using var storage = EmbeddedStorage.Open(new() { Directory = directory }, Composition.Stores, TimeProvider.System);
        var log = new AuditLog(storage.Documents, storage.Blobs, new(storage.Documents), TimeProvider.System, meter);
        await run(log, storage, directory);
        await log.Sealer.Current;
    });

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
