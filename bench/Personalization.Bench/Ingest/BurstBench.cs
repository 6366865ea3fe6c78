using System.Globalization;
using Personalization.Bench.Http;

namespace Personalization.Bench.Ingest;

/// <summary>What a burst of events does to the decisions that are asked for meanwhile.</summary>
internal static class BurstBench
{
    private static readonly int[] Rates = [5_000, 20_000];

    /// <summary>What a round leaves to count is counted within this, and is no burden of the next.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(12);
    private const int Rounds = 3;
    private const int Seconds = 8;

    public static async Task<string> Run()
    {
        using var engine = await Engine.Start();
        engine.Send(12, 4, 20, 5_000, 5_000);
        await engine.CaughtUp();
        await Task.Delay(Settled, TimeProvider.System);
        engine.Deciding(3, 4, 5_000, 300).Result();
        var (idle, busy) = (new List<LoadResult>(), Rates.Select(_ => new List<LoadResult>()).ToArray());
        for (var i = 0; i < Rounds; i++)
        {
            idle.Add(engine.Deciding(Seconds, 4, 5_000, 300).Result());
            for (var r = 0; r < Rates.Length; r++) busy[r].Add(await With(engine, Rates[r]));
        }

        return "## Decisions under a burst of events\n\nAsked: p99 within 20 % of idle under ten times the usual rate. 300 decisions a second over a thousand items, open loop; medians of "
            + string.Create(CultureInfo.InvariantCulture, $"{Rounds} rounds in turns.\n\n| Meanwhile | p50 µs | p99 µs | p99 to idle |\n|---|---|---|---|\n")
            + Row("nothing", idle, idle) + string.Concat(Rates.Select((r, i) => Row(string.Create(CultureInfo.InvariantCulture, $"{r:n0} events/s, 20 a request"), busy[i], idle)));
    }

    private static async Task<LoadResult> With(Engine engine, int rate)
    {
        var sending = engine.Sending(Seconds + 1, 8, 20, 5_000, rate);
        var decided = engine.Deciding(Seconds, 4, 5_000, 300).Result();
        sending.Result();
        await engine.CaughtUp();
        await Task.Delay(Settled, TimeProvider.System);
        return decided;
    }

    private static string Row(string what, List<LoadResult> loads, List<LoadResult> idle) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(loads, l => l.P50):f0} | {Median(loads, l => l.P99):f0} | {Median(loads, l => l.P99) / Median(idle, l => l.P99):f2} |\n");

    private static double Median(List<LoadResult> loads, Func<LoadResult, double> of) => loads.Select(of).Order().ElementAt(loads.Count / 2);
}
