using System.Globalization;

namespace Personalization.Bench.Ingest;

/// <summary>How many events a second are accepted over HTTP and durable in the stream, beside a Kestrel that only reads them.</summary>
internal static class AcceptBench
{
    private const int Seconds = 5;
    private const int Connections = 16;

    public static async Task<string> Run()
    {
        using var bare = await Engine.Start("bare");
        using var intake = await Engine.Start("intake");
        var rows = new List<(int Batch, double Bare, Http.LoadResult Engine)>();
        foreach (var batch in new[] { 1, 100, 1000 })
        {
            bare.Send(4, Connections, batch, 10_000);
            intake.Send(8, Connections, batch, 10_000);
            rows.Add((batch, bare.Send(Seconds, Connections, batch, 10_000).PerSecond, intake.Send(Seconds, Connections, batch, 10_000)));
        }

        return "## Accepted over HTTP and durable\n\nAsked: 150,000 events/s. Features are paused, so that this is the intake alone; the bare endpoint reads the body and answers as much.\n\n"
            + "| Events a request | Events/s | p50 µs | p99 µs | bare Kestrel, events/s | Ratio | not 2xx |\n|---|---|---|---|---|---|---|\n"
            + string.Concat(rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {r.Batch} | {r.Engine.PerSecond:n0} | {r.Engine.P50:f0} | {r.Engine.P99:f0} | {r.Bare:n0} | {r.Engine.PerSecond / r.Bare:p0} | {r.Engine.Failed} |\n")));
    }
}
