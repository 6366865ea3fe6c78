using System.Globalization;
using System.Text;

namespace Personalization.Bench.Http;

/// <summary>The engine beside a bare Kestrel endpoint, in turns within one run, so that a noisy machine is noisy for both.</summary>
internal static class HttpBench
{
    private const int Rounds = 3;
    private const int Seconds = 5;
    private const int Connections = 32;

    public static async Task<int> Run()
    {
        using var engine = new ServedProcess("engine");
        using var bare = new ServedProcess("bare");
        var rows = new List<(string What, LoadResult Load, double Bytes)>();
        engine.Drive(3, Connections);
        bare.Drive(3, Connections);
        for (var i = 0; i < Rounds; i++)
        {
            Add(rows, "bare Kestrel, GET /health/live", bare.Drive(Seconds, Connections));
            Add(rows, "engine, GET /health/live", engine.Drive(Seconds, Connections));
        }

        var ratio = Median(rows, "engine, GET /health/live") / Median(rows, "bare Kestrel, GET /health/live");
        await Load(engine);
        Add(rows, "engine, POST /decisions/recommendations, 50 items", Twice(engine, "POST", "/decisions/recommendations", $$"""{"visitor":"v7","session":"{{LoadDriver.Counter}}","count":10}"""));
        Report.Write("http.md", Text(rows, ratio));
        return 0;
    }

    private static void Add(List<(string, LoadResult, double)> rows, string what, (LoadResult Load, double Bytes) measured) => rows.Add((what, measured.Load, measured.Bytes));

    // The first run lets the runtime compile what it is about to measure.
    private static (LoadResult, double) Twice(ServedProcess engine, params string[] call)
    {
        engine.Drive(3, Connections, call);
        return engine.Drive(Seconds, Connections, call);
    }

    private static double Median(List<(string What, LoadResult Load, double)> rows, string what) =>
        rows.Where(r => r.What == what).Select(r => r.Load.PerSecond).Order().ElementAt(Rounds / 2);

    private static async Task Load(ServedProcess engine)
    {
        using var http = new HttpClient { BaseAddress = new(engine.Address) };
        var items = "[" + string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"id":"i{{i}}","category":"c{{i % 8}}"}""")) + "]";
        http.DefaultRequestHeaders.Add("x-api-key", engine.StaffKey);
        (await http.PutAsync("/catalog/items", new StringContent(items, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
    }

    private static string Text(List<(string What, LoadResult Load, double Bytes)> rows, double ratio)
    {
        var text = new StringBuilder("# HTTP\n\n`dotnet run -c Release --project bench/Personalization.Bench -- http`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"The server, the driver ({Connections} connections, closed loop) and the idle other server share the machine; rounds of {Seconds} s.\n\n{Report.Machine}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**Engine to bare Kestrel, `GET /health/live`, medians of {Rounds} rounds: {ratio:p0}.**\n\n");
        text.Append("| What | requests/s | p50 µs | p99 µs | p99.9 µs | server bytes/request | not 2xx |\n|---|---|---|---|---|---|---|\n");
        foreach (var (what, load, bytes) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {load.PerSecond:f0} | {load.P50:f0} | {load.P99:f0} | {load.P999:f0} | {bytes:f0} | {load.Failed} |\n");
        return text.ToString();
    }
}
