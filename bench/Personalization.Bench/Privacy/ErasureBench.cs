using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Personalization.Bench.Ingest;

namespace Personalization.Bench.Privacy;

/// <summary>How long it takes from the call that asks for an erasure until nothing is found any more and only the stream is waited for.</summary>
internal static class ErasureBench
{
    private const int EventsEach = 500;
    private const int OneByOne = 60;
    private const int Together = 50;
    private const int Others = 2_000;
    private const int Batch = 250;
    private const string Consent = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true}""";

    private static readonly string[] Types = ["view", "click", "purchase", "search"];

    public static async Task<int> Run()
    {
        using var engine = await Engine.Start();
        engine.Send(10, 4, 50, Others);
        for (var person = 0; person < OneByOne + Together; person++) await Live(engine, $"erased-{person}");
        await engine.CaughtUp();
        var alone = new List<double>();
        for (var person = 0; person < OneByOne; person++) alone.Add(await Erase(engine, $"erased-{person}"));
        var began = Stopwatch.GetTimestamp();
        var together = await Task.WhenAll(Enumerable.Range(OneByOne, Together).Select(person => Erase(engine, $"erased-{person}")));
        var all = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Report.Write("privacy.md", string.Create(CultureInfo.InvariantCulture, $"""
            # Erasure, embedded

            `dotnet run -c Release --project bench/Personalization.Bench -- privacy`

            The standalone process on disk, asked over HTTP. Each person has {EventsEach} events in the stream and in their features, a vault, consent
            rows, an account, a browser and a mail address; {Others} others are beside them. Measured from the call until every store has been
            emptied, compacted and searched, and only the stream's retention is waited for. Asked: p95 of 2 s; 50 at once.

            {Report.Machine}

            | | p50 ms | p95 ms | most ms |
            |---|---|---|---|
            | {OneByOne}, one after the other | {At(alone, 0.5):f0} | {At(alone, 0.95):f0} | {At(alone, 1):f0} |
            | {Together} at once, {all:f1} s in all | {At(together, 0.5):f0} | {At(together, 0.95):f0} | {At(together, 1):f0} |

            """));
        return 0;
    }

    private static async Task Live(Engine engine, string who)
    {
        await Post(engine, HttpMethod.Put, "/consent", $$"""{"user":"{{who}}","purposes":{{Consent}},"source":"bench","noticeVersion":"1","region":"DE"}""");
        await Post(engine, HttpMethod.Post, "/identity/links", $$"""{"user":"{{who}}","identities":[{"namespace":"email","value":"{{who}}@example.org"}]}""");
        for (var from = 0; from < EventsEach; from += Batch)
            await Post(engine, HttpMethod.Post, "/events", "[" + string.Join(',', Enumerable.Range(from, Batch).Select(n => Event(who, n))) + "]");
    }

    private static string Event(string who, int n)
    {
        var type = Types[n % Types.Length];
        return $$"""{"id":"{{who}}-{{n}}","type":"{{type}}","user":"{{who}}","visitor":"{{who}}-browser","item":"item-{{n % 1000:d12}}","consent":{{Consent}},"context":{"region":"DE"}{{(type == "search" ? ",\"query\":\"category-3\"" : "")}} }""";
    }

    private static async Task<double> Erase(Engine engine, string who)
    {
        var began = Stopwatch.GetTimestamp();
        await Post(engine, HttpMethod.Post, "/privacy/requests", $$"""{"id":"{{who}}","type":"erasure","user":"{{who}}"}""");
        while (await Phase(engine, who) != "waiting") await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static async Task<string?> Phase(Engine engine, string id)
    {
        using var json = JsonDocument.Parse(await engine.Http.GetStringAsync($"/privacy/requests/{id}"));
        return json.RootElement.TryGetProperty("phase", out var phase) ? phase.GetString() : null;
    }

    private static async Task Post(Engine engine, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        (await engine.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static double At(IReadOnlyCollection<double> times, double part) => times.Order().ElementAt((int)Math.Ceiling(part * (times.Count - 1)));
}
