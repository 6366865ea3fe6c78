using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Decisions.Scoring;
using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Bench.Training;

/// <summary>How long learning takes and how much memory: each part in a process of its own, so that its peak is its own.</summary>
internal static class TrainBench
{
    private const int Sweeps = 15;
    private static readonly Folding Folding = new(0.1f, 0.01f, 0.5f, 1);
    private static readonly int Threads = Environment.ProcessorCount;

    private static readonly (string Name, string What, string Asked, int Runs)[] Parts =
    [
        ("als-64", "ALS, 64 dimensions, 15 sweeps; 30,000 people x 40,000 items, 810,000 pairs", "2.3 s (aim 1.2)", 5),
        ("als-256", "the same, 256 dimensions", "10 s (aim 6)", 3),
        ("als-large", "ALS, 64 dimensions, 15 sweeps; 200,000 x 50,000, 8.9 million pairs", "22 s, 600 MB (aim 12 s)", 1),
        ("als-million", "ALS, 64 dimensions, 15 sweeps; 1,000,000 x 100,000, 50 million pairs", "2 GB", 1),
        ("svd-256", "256 singular vectors of the first data", "", 3),
        ("graph-256", "graph filter with them, and the 100 neighbours of each item that are served", "12 s, 700 MB (aim 5 s)", 1),
        ("ease-3700", "EASE, 3,700 items", "1 s", 3),
        ("ease-8900", "EASE, 8,900 items", "8 s, 500 MB", 1),
        ("scoring", "the best 20 of 41,000 items at 64 dimensions for 20,000 people, what they met left out", "30,000 people/s", 3),
    ];

    public static int Run(string[] part)
    {
        if (part is [var one]) return Measure(one);
        var text = new StringBuilder("# Training\n\n`dotnet run -c Release --project bench/Personalization.Bench -- train`\n\n");
        text.Append(Report.Machine).Append("\n\nGenerated data whose people and items are as skewed as shops have them. The least of some runs, data already in memory; cpu is what the runs took of all cores, over their number:\n");
        text.Append("where it is far below the time, something else used the machine. Memory is the process's peak with everything in it, the generator too.\n\n| What | Asked | Seconds | cpu | Peak MB | |\n|---|---|---|---|---|---|\n");
        foreach (var (name, what, asked, _) in Parts)
        {
            using var child = Process.Start(new ProcessStartInfo(Path.ChangeExtension(typeof(TrainBench).Assembly.Location, OperatingSystem.IsWindows() ? "exe" : null), ["train", name]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = child.StandardOutput.ReadToEnd().Trim().Split('|');
            child.WaitForExit();
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {asked} | {said[0]} | {said[1]} | {said[2]} | {said[3]} |\n");
            Console.WriteLine($"{name} {string.Join(' ', said)}");
        }

        Report.Write("training.md", text.ToString());
        return 0;
    }

    private static int Measure(string name)
    {
        var (seconds, cpu, note) = (double.MaxValue, double.MaxValue, "");
        var run = Prepared(name);
        for (var i = 0; i < Parts.First(p => p.Name == name).Runs; i++)
        {
            var (before, at) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            note = run();
            seconds = Math.Min(seconds, Stopwatch.GetElapsedTime(at).TotalSeconds);
            cpu = Math.Min(cpu, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds / Threads);
        }

        if (name == "scoring") note = string.Create(CultureInfo.InvariantCulture, $"{20_000 / seconds:0} people/s");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00}|{cpu:0.00}|{Process.GetCurrentProcess().PeakWorkingSet64 >> 20}|{note}"));
        return 0;
    }

    private static Func<string> Prepared(string name)
    {
        switch (name)
        {
            case "als-64": return Als(Generated.Zipf(30_000, 40_000, 810_000, 1), 64);
            case "als-256": return Als(Generated.Zipf(30_000, 40_000, 810_000, 1), 256);
            case "als-large": return Als(Generated.Zipf(200_000, 50_000, 8_900_000, 1), 64);
            case "als-million": return Als(Generated.Zipf(1_000_000, 100_000, 50_000_000, 1), 64);
            case "svd-256": return Learned(Generated.Zipf(30_000, 40_000, 810_000, 1), p => SingularVectors.Of(p, 256, 1, Threads, default));
            case "graph-256": return Learned(Generated.Zipf(30_000, 40_000, 810_000, 1), p => GraphFilter.Learn(p, 256, 0.3f, 100, 1, Threads, default));
            case "ease-3700": return Learned(Generated.Zipf(30_000, 3_700, 810_000, 1), p => ItemRegression.Learn(p, 300, 0, 100, Threads, default));
            case "ease-8900": return Learned(Generated.Zipf(30_000, 8_900, 810_000, 1), p => ItemRegression.Learn(p, 300, 0, 100, Threads, default));
            default: return Scoring();
        }
    }

    private static Func<string> Als(Interactions people, int dimensions) =>
        () => $"{people.Count} pairs, first of the spectrum {AlternatingSquares.Learn(people, new(dimensions, Folding, Sweeps), Threads, default).Spectrum[0].ToString(CultureInfo.InvariantCulture)}";

    private static Func<string> Learned(Interactions people, Func<Interactions, object> learn) => () =>
    {
        GC.KeepAlive(learn(people));
        return $"{people.Count} pairs";
    };

    private static Func<string> Scoring()
    {
        const int People = 20_000;
        const int Items = 41_000;
        var people = Generated.Zipf(People, Items, People * 27, 1);
        var random = new Random(1);
        var (rows, persons) = (new float[Items * 64], new float[People * 64]);
        foreach (ref var value in rows.AsSpan()) value = (float)(random.NextDouble() - 0.5);
        foreach (ref var value in persons.AsSpan()) value = (float)(random.NextDouble() - 0.5);
        var items = CompactFactors.Of(rows, 64);
        return () =>
        {
            Parallel.For(0, People, () => (Met: new ulong[(Items / 64) + 1], Best: new Ranked[20]), (person, _, scratch) =>
            {
                foreach (var item in people.ColumnsOf(person)) scratch.Met[item >> 6] |= 1UL << (item & 63);
                TopItems.Of(items, persons.AsSpan(person * 64, 64), scratch.Met, scratch.Best);
                foreach (var item in people.ColumnsOf(person)) scratch.Met[item >> 6] = 0;
                return scratch;
            }, _ => { });
            return "";
        };
    }
}
