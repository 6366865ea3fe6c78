using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Personalization.Bench.Ingest;

/// <summary>How long after an event was accepted a decision shows it, quiet and with others sending.</summary>
internal static class FreshnessBench
{
    private const int Events = 300;

    public static async Task<string> Run()
    {
        using var engine = await Engine.Start();
        var quiet = await Measure(engine, "q");
        var driver = engine.Sending(20, 4, 20, 10_000, 5_000);
        var busy = await Measure(engine, "b");
        driver.Result();
        return string.Create(CultureInfo.InvariantCulture, $"""
            ## From accepted to visible in a decision

            Asked: p95 of 500 ms. {Events} new visitors, one event each; asked again until the answer rests on it.

            | Meanwhile | p50 ms | p95 ms | p99 ms |
            |---|---|---|---|
            | nothing | {At(quiet, 0.5):f1} | {At(quiet, 0.95):f1} | {At(quiet, 0.99):f1} |
            | 5,000 events/s | {At(busy, 0.5):f1} | {At(busy, 0.95):f1} | {At(busy, 0.99):f1} |

            """);
    }

    private static async Task<List<double>> Measure(Engine engine, string name)
    {
        var times = new List<double>();
        for (var i = 0; i < Events; i++)
        {
            var visitor = $"{name}-{i}";
            (await engine.Http.PostAsync("/events", Json($$"""{"id":"{{visitor}}","type":"view","visitor":"{{visitor}}","item":"item-000000000000","consent":{"personalization":true} }"""))).EnsureSuccessStatusCode();
            var accepted = Stopwatch.GetTimestamp();
            while (!await Shows(engine, visitor)) { }
            times.Add(Stopwatch.GetElapsedTime(accepted).TotalMilliseconds);
        }

        return [.. times.Order()];
    }

    private static async Task<bool> Shows(Engine engine, string visitor)
    {
        using var answer = await engine.Http.PostAsync("/decisions/recommendations", Json($$"""{"visitor":"{{visitor}}","count":1}"""));
        return (await answer.Content.ReadAsStringAsync()).Contains("affinity:", StringComparison.Ordinal);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static double At(List<double> times, double part) => times[(int)(part * (times.Count - 1))];
}
