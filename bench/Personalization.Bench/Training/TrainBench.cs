using System.Diagnostics;
using Personalization.Models;
using Personalization.Training.Learning;

namespace Personalization.Bench.Training;

internal static class TrainBench
{
    public static int Run(string[] part)
    {
        if (part is ["ease"])
        {
            foreach (var n in new[] { 3_700, 8_900 })
            {
                var few = Generated.Zipf(30_000, n, 810_000, 1);
                Time($"ease {n}", () => ItemRegression.Learn(few, 500, 0, 200, Environment.ProcessorCount, default));
            }

            return 0;
        }

        if (part is ["inverse"])
        {
            foreach (var n in new[] { 2048, 3_700 })
            {
                var m = new Matrix(n, n);
                for (var i = 0; i < n; i++) for (var j = 0; j <= i; j++) m[i][j] = i == j ? 600 : (float)Math.Sin(i * j);
                Time($"inverse {n}", () => { Inverse.Of(m, 1, default); return m; });
                var panel = new Matrix(n, 256); var by = new Matrix(256, 256);
                Time($"turn {n}", () => { for (var k = 0; k < n / 256; k++) Turned.Rows(panel, by, 1); return m; });
                var block = new double[65536]; for (var i = 0; i < 256; i++) block[i * 257] = 5;
                Time($"pivots {n}", () => { for (var k = 0; k < n / 256; k++) SmallInverse.Of(block, 256); return m; });
            }
            return 0;
        }

        var small = Generated.Zipf(30_000, 40_000, 810_000, 1);
        if (part is ["graph"])
        {
            Time("svd", () => SingularVectors.Of(small, 256, 1, Environment.ProcessorCount, default));
            Time("graph", () => GraphFilter.Learn(small, 256, 0.3f, 200, 1, Environment.ProcessorCount, default));
            return 0;
        }

        var folding = new Folding(0.1f, 0.01f, 0.5f, 1);
        foreach (var (dimensions, steps) in new[] { (64, 3), (64, 3), (256, 3) })
            Time($"{dimensions} {steps}", () => AlternatingSquares.Learn(small, new(dimensions, folding, Steps: steps), Environment.ProcessorCount, default));

        return 0;
    }

    private static void Time(string what, Func<object> run)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var at = Stopwatch.GetTimestamp();
        run();
        Console.WriteLine($"{what} {Stopwatch.GetElapsedTime(at).TotalSeconds:0.00} s, cpu {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds / 2:0.00}, peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
    }
}
