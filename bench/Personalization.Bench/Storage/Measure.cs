using System.Diagnostics;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Storage;

internal static class Measure
{
    /// <summary>Runs a task per writer until the time is up and says how many steps per second they made together.</summary>
    public static async Task<double> PerSecond(int writers, TimeSpan time, Func<int, long, ValueTask> step)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var n = 0L;
            for (; Stopwatch.GetElapsedTime(start) < time; n++) await step(writer, n);
            return n;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>An engine in an empty directory, which is deleted afterwards.</summary>
    public static async Task InDirectory(Func<string, Task> run)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"personalization-bench-{Environment.ProcessId}")).FullName;
        try
        {
            await run(directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    public static Task InEngine(EmbeddedOptions options, Func<EmbeddedStorage, string, Task> run) => InDirectory(async directory =>
    {
        await using var engine = EmbeddedStorage.Open(options with { Directory = directory }, BenchStores.Registry, TimeProvider.System);
        await run(engine, directory);
    });

    public static long BytesIn(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
