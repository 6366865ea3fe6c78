using System.Diagnostics;
using System.Globalization;

namespace Personalization.Bench.Ingest;

/// <summary>From the first byte of the first request to the last event durable in the features, everything on this machine.</summary>
internal static class FeaturizeBench
{
    private const int Seconds = 6;
    private const int Connections = 16;
    private const int Batch = 100;

    public static async Task<string> Run()
    {
        var rows = new List<string>();
        foreach (var people in new[] { 1_000, 10_000, 100_000 })
        {
            using var engine = await Engine.Start();
            // Long enough for the runtime to compile everything for the last time.
            engine.Send(12, Connections, Batch, people);
            await engine.CaughtUp();
            var (_, before) = await engine.Stream();
            var start = Stopwatch.GetTimestamp();
            var sent = engine.Send(Seconds, Connections, Batch, people);
            await engine.CaughtUp();
            var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var applied = (await engine.Stream()).Applied - before;
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"| {people:n0} | {sent.PerSecond:n0} | {applied / took:n0} | {took - Seconds:f1} | {sent.Failed} |\n"));
        }

        return "## Featurized end to end, durable\n\nAsked: 30,000 events/s, aim 100,000. Sent as fast as they are taken, while they are applied; the rate is all events by the time until the last one is in.\n\n"
            + "| People | Accepted/s meanwhile | Featurized/s | Seconds to catch up | not 2xx |\n|---|---|---|---|---|\n" + string.Concat(rows);
    }
}
