using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Personalization.Bench.Storage;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Identity;

/// <summary>What it costs to find who is behind an identifier.</summary>
internal static class IdentityBench
{
    private const int Known = 1_000;

    /// <summary>More than the process remembers, so that each is looked for.</summary>
    private const int Many = 300_000;

    private const int Writers = 256;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# Who is behind an identifier\n\n`dotnet run -c Release --project bench/Personalization.Bench -- identity`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"One after the other on one core, over the embedded store in memory, unless said otherwise. Asked: at most 2 µs hot.\n\n{Report.Machine}\n\n| What | ns | Bytes |\n|---|---|---|\n");
        await using (var world = await World.Open(new()))
        {
            foreach (var i in Enumerable.Range(0, Known)) await world.People.Meet(null, $"v{i:d12}", default);
            var epoch = world.People.Epochs.Current;
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            // Two may push each other out; those are looked for each time, which is measured below.
            var ids = Enumerable.Range(0, Known).Select(i => Encoding.UTF8.GetBytes($"v{i:d12}")).Where(id => world.People.Known(world.People.Tag(id, IdKind.Visitor), epoch, now) is not null).ToArray();
            Row(text, "seen within the last minute, as events are recognized", i => world.People.Known(world.People.Tag(ids[i % ids.Length], IdKind.Visitor), epoch, now) is not null);
            var names = ids.Select(Encoding.UTF8.GetString).ToArray();
            Row(text, "the same as a decision asks, with the checks of the id", i => world.People.Fault(null, names[i % names.Length]) is null && Found(world.People.Find(null, names[i % names.Length], default)));
            Row(text, "somebody never met", i => !Found(world.People.Find(null, $"nobody{i}", default)));
            await Parallel(Many, i => world.People.Meet(null, $"w{i:d12}", default).AsTask());
            Row(text, "met long ago, known under the salt in force", i => Found(world.People.Find(null, $"w{i * 7919L % Many:d12}", default)));
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Met for the first time, durable on disk\n\n{Writers} at once; two documents each, one after the other.\n\n");
        await Measure.InDirectory(async directory =>
        {
            await using var world = await World.Open(new() { Directory = directory });
            var start = Stopwatch.GetTimestamp();
            await Parallel(50_000, i => world.People.Meet(null, $"n{i:d12}", default).AsTask());
            text.Append(CultureInfo.InvariantCulture, $"**{50_000 / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} people/s.**\n");
            await world.Keeper.Rotate(null, default);
            start = Stopwatch.GetTimestamp();
            await Parallel(50_000, i => world.People.Meet(null, $"n{i:d12}", default).AsTask());
            text.Append(CultureInfo.InvariantCulture, $"\nCarried over to a new salt: **{50_000 / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} people/s.**\n");
        });
        Report.Write("identity.md", text.ToString());
        return 0;
    }

    private static void Row(StringBuilder text, string what, Func<long, bool> once)
    {
        for (var (warm, i) = (Stopwatch.GetTimestamp(), 0L); Stopwatch.GetElapsedTime(warm) < Long; i++) Check(once(i));
        var (start, busy, allocated, n) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (; Stopwatch.GetElapsedTime(start) < Long; n++) Check(once(n));
        var ns = (Environment.CpuUsage.TotalTime - busy).TotalNanoseconds / n;
        text.Append(CultureInfo.InvariantCulture, $"| {what} | {ns:n0} | {(GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)n:n0} |\n");
    }

    private static bool Found(in ValueTask<Subject?> finding) => finding.IsCompletedSuccessfully ? finding.Result is not null : throw new InvalidOperationException("memory does not wait");

    private static void Check(bool asExpected)
    {
        if (!asExpected) throw new InvalidOperationException("found who should not be, or not who should");
    }

    private static async Task Parallel(int count, Func<int, Task> act)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;) await act(i);
        })));
    }

    private sealed record World(EmbeddedStorage Storage, Meter Meter, People People, SaltKeeper Keeper) : IAsyncDisposable
    {
        public static async Task<World> Open(EmbeddedOptions options)
        {
            var storage = EmbeddedStorage.Open(options, Composition.Stores, TimeProvider.System);
            var (documents, time, meter) = (storage.Documents, TimeProvider.System, new Meter("bench"));
            var salts = await Salts.Open(documents, new MemorySecrets(), time, SaltOptions.Read(new([])), default);
            var aliases = new Aliases(documents, salts, new(documents, time), time);
            return new(storage, meter, new(salts, aliases, time), new(salts, aliases, new(documents, storage.Blobs, new(documents), time, meter), time));
        }

        public ValueTask DisposeAsync()
        {
            Meter.Dispose();
            return Storage.DisposeAsync();
        }
    }
}
