using System.Globalization;
using System.Text;
using System.Text.Json;
using Personalization.Bench.Http;

namespace Personalization.Bench.Decisions;

/// <summary>
/// What models in shadow cost those who decide: the same engine without any, with three that score one decision in twenty, and with three that score
/// every one, asked in turns; wrk drives them with few connections, so that there is time to spare as there is where somebody watches latency.
/// </summary>
internal static class ShadowBench
{
    private const int Candidates = 50;
    private const int Rounds = 5;
    private const int Connections = 2;
    private const string Gates = "Models__GateFloor=0 Models__GateCoverage=0 Models__GateCalibration=1 Models__GateFairness=1 Models__GateTolerance=1";

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# Models in shadow\n\n`dotnet run -c Release --project bench/Personalization.Bench -- shadows` (needs wrk)\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Searches over {Candidates} candidates with a champion, {Connections} connections one call after the other, three engines and the driver on the same cores, in turns of eight seconds; medians of {Rounds} rounds. {Report.Machine} Load average at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.\n\n");
        text.Append("| Shadows | scored | requests/s | p50 ms | p99 ms | p99 more than without, by round |\n|---|---|---|---|---|---|\n");
        using var without = new ServedProcess("engine " + Gates);
        using var some = new ServedProcess("engine " + Gates);
        using var every = new ServedProcess("engine Models__ShadowSample=1 " + Gates);
        (string Name, string Scored, ServedProcess Engine, List<SearchLoad.Wrk> Runs)[] all = [("none", "", without, []), ("3", "1 in 20 (default)", some, []), ("3", "all", every, [])];
        foreach (var (_, _, engine, _) in all) await Prepare(engine, engine == without ? 0 : 3);
        for (var round = 0; round <= Rounds; round++)
            foreach (var (_, _, engine, runs) in all)
                if (SearchLoad.Drive(engine.Address, Candidates, connections: Connections) is var run && round > 0) runs.Add(run);
        foreach (var (name, scored, _, runs) in all)
        {
            var more = string.Join(", ", runs.Zip(all[0].Runs, (r, bare) => (r.P99 - bare.P99).ToString("+0.00;-0.00", CultureInfo.InvariantCulture)));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {scored} | {Median(runs, r => r.PerSecond):f0} | {Median(runs, r => r.P50):f2} | {Median(runs, r => r.P99):f2} | {(runs == all[0].Runs ? "" : more)} |\n");
        }

        foreach (var (_, scored, engine, _) in all.Skip(1)) text.Append(CultureInfo.InvariantCulture, $"\n{scored}: {await Scored(engine)} decisions scored by one of the shadows; where there is no time decisions are left out, so that nobody waits.\n");
        Report.Write("shadows.md", text.ToString());
        return 0;
    }

    private static double Median(List<SearchLoad.Wrk> runs, Func<SearchLoad.Wrk, double> of) => runs.Select(of).Order().ElementAt(runs.Count / 2);

    /// <summary>A champion, and others in shadow.</summary>
    private static async Task Prepare(ServedProcess engine, int shadows)
    {
        using var http = SearchLoad.Staff(engine);
        for (var person = 0; person < SearchLoad.People; person++)
            await SearchLoad.Send(http, "PUT", "/consent", $$"""{"visitor":"v{{person}}","purposes":{"personalization":true,"training":true},"source":"bench","noticeVersion":"1"}""");
        await SearchLoad.Stock(engine);
        // The last one that is trained serves, and those before it are put in shadow.
        for (var n = 0; n <= shadows; n++) await Trained(http);
        var models = JsonElement.Parse(await http.GetStringAsync("/models")).GetProperty("models").EnumerateArray().Where(m => m.GetProperty("state").GetString() == "retired").ToList();
        foreach (var model in models) await SearchLoad.Send(http, "POST", $"/models/{model.GetProperty("card").GetProperty("model").GetString()}/promote", """{"to":"shadow","reason":"bench"}""");
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
    }

    private static async Task Trained(HttpClient http)
    {
        await SearchLoad.Send(http, "POST", "/training", "{}");
        JsonElement run;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            run = JsonElement.Parse(await http.GetStringAsync("/training")).GetProperty("runs")[0];
        }
        while (run.GetProperty("status").GetString() == "running");
        if (!run.TryGetProperty("became", out var became) || became.GetString() != "champion") throw new InvalidOperationException(run.GetRawText());
    }

    private static async Task<long> Scored(ServedProcess engine)
    {
        using var http = SearchLoad.Staff(engine);
        var shadow = JsonElement.Parse(await http.GetStringAsync("/models")).GetProperty("models").EnumerateArray().First(m => m.GetProperty("state").GetString() == "shadow").GetProperty("card").GetProperty("model").GetString();
        return JsonElement.Parse(await http.GetStringAsync($"/models/{shadow}/shadow")).GetProperty("decisions").GetInt64();
    }
}
