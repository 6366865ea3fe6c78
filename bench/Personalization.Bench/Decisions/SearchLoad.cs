using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Bench.Features;
using Personalization.Bench.Http;
using Personalization.Catalog;

namespace Personalization.Bench.Decisions;

/// <summary>Searches over HTTP, the engine beside a bare Kestrel endpoint that scores the same candidates, in turns; wrk drives both.</summary>
internal static class SearchLoad
{
    private const int Rounds = 3;
    private const int Seconds = 8;
    internal const int People = 200;

    public static async Task<string> Run()
    {
        using var engine = new ServedProcess("engine");
        using var bare = new ServedProcess("bare");
        await Stock(engine);
        var text = new StringBuilder("| Candidates | Who | requests/s | p50 ms | p99 ms | engine to bare |\n|---|---|---|---|---|---|\n");
        foreach (var candidates in new[] { 50, 200 })
        {
            var (ours, theirs, repeated) = (new List<Wrk>(), new List<Wrk>(), new List<Wrk>());
            for (var round = 0; round <= Rounds; round++)
            {
                var (one, other, third) = (Drive(engine.Address, candidates), Drive(bare.Address, candidates), Drive(engine.Address, candidates, again: true));
                // In the first round the runtime compiles what it is about to measure.
                if (round == 0) continue;
                ours.Add(one);
                theirs.Add(other);
                repeated.Add(third);
            }

            var (mine, plain, kept) = (Median(ours), Median(theirs), Median(repeated));
            text.Append(CultureInfo.InvariantCulture, $"| {candidates} | engine | {mine.PerSecond:f0} | {mine.P50:f2} | {mine.P99:f2} | **{mine.PerSecond / plain.PerSecond:p0}** |\n");
            text.Append(CultureInfo.InvariantCulture, $"| {candidates} | bare Kestrel, same scoring | {plain.PerSecond:f0} | {plain.P50:f2} | {plain.P99:f2} | |\n");
            text.Append(CultureInfo.InvariantCulture, $"| {candidates} | engine, asked the same again within two seconds | {kept.PerSecond:f0} | {kept.P50:f2} | {kept.P99:f2} | {kept.PerSecond / plain.PerSecond:p0} |\n");
        }

        return text.ToString();
    }

    private static Wrk Median(List<Wrk> runs) => runs.OrderBy(r => r.PerSecond).ElementAt(runs.Count / 2);

    /// <summary>The same questions over and over would be answered as they were: each is asked in a session of its own, but where that is what is measured.</summary>
    internal static Wrk Drive(string address, int candidates, bool again = false, int connections = 32)
    {
        var script = Path.Combine(Path.GetTempPath(), $"search-{candidates}{(again ? "-again" : "")}.lua");
        File.WriteAllText(script, $$"""
            local bodies = {}
            for i = 0, {{People - 1}} do bodies[i] = '{"visitor":"v' .. i .. '","query":"category-7","context":{"region":"DE"},"count":{{Math.Min(20, candidates)}},"candidates":{{Candidates(candidates)}},"session":"s' end
            local n = 0
            request = function()
              n = n + 1
              local session = string.format("%09d", {{(again ? "0" : "n")}})
              return wrk.format("POST", "/decisions/search", {["Content-Type"] = "application/json"}, bodies[n % {{People}}] .. session .. '"}')
            end
            """);
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{Seconds}s", "--latency", "-s", script, address]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (said.Contains("Non-2xx", StringComparison.Ordinal)) throw new IOException("Not every answer was one.");
        return new(double.Parse(After(said, "Requests/sec:"), CultureInfo.InvariantCulture), Ms(said, "50%"), Ms(said, "99%"));
    }

    public static string Candidates(int count) =>
        "[" + string.Join(',', Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"item-{i * 7 % WarmPeople.Items}\",\"relevance\":{1 - (i / 250.0):f4}}}"))) + "]";

    private static double Ms(string said, string part)
    {
        // Percentages stand elsewhere as well.
        var text = After(said[said.IndexOf("Latency Distribution", StringComparison.Ordinal)..], part);
        var unit = text.TrimStart("0123456789.".ToCharArray());
        return double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture) * unit switch { "us" => 0.001, "ms" => 1, _ => 1000 };
    }

    /// <summary>The word that follows what wrk calls a figure.</summary>
    private static string After(string said, string name) =>
        said[(said.IndexOf(name, StringComparison.Ordinal) + name.Length)..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];

    internal static HttpClient Staff(ServedProcess engine)
    {
        var http = new HttpClient { BaseAddress = new(engine.Address) };
        http.DefaultRequestHeaders.Add("x-api-key", engine.StaffKey);
        return http;
    }

    internal static async Task Stock(ServedProcess engine)
    {
        using var http = Staff(engine);
        await Send(http, "PUT", "/catalog/items", "[" + string.Join(',', WarmPeople.Catalogue.All.Select(i => Written(i.Item))) + "]");
        await Send(http, "PUT", "/rules", "{\"rules\":[" + string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"id":"r{{i}}","kind":"boost","by":0.0{{i + 1}},"when":{"regions":["DE"]},"items":{"categories":["category-{{i * 3}}"]} }""")) + "]}");
        for (var person = 0; person < People; person++)
            await Send(http, "POST", "/events", "[" + string.Join(',', Enumerable.Range(0, 20).Select(e => $$"""{"id":"{{person}}-{{e}}","type":"view","visitor":"v{{person}}","item":"item-{{((person * 131) + (e * 7)) % WarmPeople.Items}}","consent":{"personalization":true} }""")) + "]");
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
    }

    private static string Written(Item i) =>
        $"{{\"id\":\"{i.Id}\",\"category\":\"{i.Category}\",\"brand\":\"{i.Brand}\",\"price\":{i.Price},\"currency\":\"EUR\",\"attributes\":{{{string.Join(',', i.Attributes!.Select(a => $"\"{a.Key}\":\"{a.Value}\""))}}}}}";

    internal static async Task Send(HttpClient http, string method, string path, string body) =>
        (await http.SendAsync(new(new(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") })).EnsureSuccessStatusCode();

    internal readonly record struct Wrk(double PerSecond, double P50, double P99);
}
