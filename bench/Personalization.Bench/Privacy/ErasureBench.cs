using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Bench.Storage;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Workflows;

namespace Personalization.Bench.Privacy;

/// <summary>
/// Erasures of people with 500 events each, by the calls that staff make, in the whole application on disk. The wait for the
/// stream is jumped over; the work before and after it is counted together.
/// </summary>
internal static class ErasureBench
{
    private const int Events = 500;
    private const int Alone = 40;
    private const int Together = 50;
    private const int Others = 2000;

    public static async Task<int> Run()
    {
        var text = new StringBuilder("# Erasing people\n\n`dotnet run -c Release --project bench/Personalization.Bench -- erasure`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"People with {Events} events each, a user and a browser, everything agreed to, among {Others} others; from the call to the certificate, without the wait for the stream. Embedded store on disk, every write confirmed by it.\n\n{Report.Machine}\n\n");
        text.Append("| What | Half of them within | 95 % within | All | Asked |\n|---|---|---|---|---|\n");
        await Measure.InDirectory(async directory =>
        {
            await using var app = await App.Open(directory);
            for (var other = 0; other < Others; other++) await app.Live($"other{other}", 5);
            await app.Erase(await app.Lives("warm", 2), together: true);
            Row(text, "one after the other", await app.Erase(await app.Lives("alone", Alone), together: false), "95 % ≤ 2 s");
            Row(text, $"{Together} at once", await app.Erase(await app.Lives("together", Together), together: true), $"≥ {Together} at once");
        });
        Report.Write("erasure.md", text.ToString());
        return 0;
    }

    private static void Row(StringBuilder text, string what, (IReadOnlyList<TimeSpan> Each, TimeSpan All) took, string asked)
    {
        var sorted = took.Each.Order().ToList();
        text.Append(CultureInfo.InvariantCulture, $"| {took.Each.Count}, {what} | {sorted[sorted.Count / 2].TotalMilliseconds:n0} ms | {sorted[(int)(sorted.Count * 0.95)].TotalMilliseconds:n0} ms | {took.All.TotalSeconds:n2} s | {asked} |\n");
    }

    /// <summary>The application, called from inside the process.</summary>
    private sealed class App : IAsyncDisposable
    {
        private readonly Server server;
        private readonly LeapingClock clock;
        private readonly OwnCalls calls;
        private long sent;

        private App(Server server, LeapingClock clock, OwnCalls calls) => (this.server, this.clock, this.calls) = (server, clock, calls);

        public static async Task<App> Open(string directory)
        {
            var options = AppOptions.Read(new Settings([KeyValuePair.Create("Storage__Directory", directory)]), "http://127.0.0.1:0");
            var leaping = new LeapingClock();
            var opened = await Server.Open(options, leaping);
            await opened.Start();
            return new(opened, leaping, new(() => opened.Composition.Table, options.Http));
        }

        public async Task<IReadOnlyList<string>> Lives(string name, int count)
        {
            var people = Enumerable.Range(0, count).Select(i => $"{name}{i}").ToList();
            foreach (var person in people) await Live(person, Events);
            return people;
        }

        public async Task Live(string person, int events)
        {
            await Call("PUT", "consent", $$"""{"user":"{{person}}","purposes":{"personalization":true,"sensitive":true,"location":true,"crossDevice":true},"source":"s","noticeVersion":"1"}""");
            var at = clock.GetUtcNow().AddMinutes(-events);
            for (var first = 0; first < events; first += 250)
            {
                var batch = Enumerable.Range(first, Math.Min(250, events - first)).Select(n => Event(person, n, at.AddMinutes(n)));
                await Call("POST", "events", $"[{string.Join(',', batch)}]");
            }

            sent += events;
            while (server.Composition.Featurizer.Applied < sent) await Task.Yield();
        }

        public async Task<(IReadOnlyList<TimeSpan> Each, TimeSpan All)> Erase(IReadOnlyList<string> people, bool together)
        {
            var (start, each) = (Stopwatch.GetTimestamp(), new List<TimeSpan>());
            if (!together)
            {
                foreach (var person in people) each.AddRange(await Round([person]));
                return (each, each.Aggregate(TimeSpan.Zero, (all, one) => all + one));
            }

            each.AddRange(await Round(people));
            return (each, Stopwatch.GetElapsedTime(start));
        }

        private async Task<IEnumerable<TimeSpan>> Round(IReadOnlyList<string> people)
        {
            var before = await Task.WhenAll(people.Select(Begin));
            clock.Leap(TimeSpan.FromHours(26));
            server.Composition.Agenda.Ring("nobody");
            var after = await Task.WhenAll(people.Select(p => Until(p, "completed")));
            return before.Zip(after, (one, other) => one + other);
        }

        private async Task<TimeSpan> Begin(string person)
        {
            var start = Stopwatch.GetTimestamp();
            await Call("POST", "privacy/requests", $$"""{"id":"{{person}}","type":"erasure","user":"{{person}}"}""");
            await Until(person, "waiting");
            return Stopwatch.GetElapsedTime(start);
        }

        private async Task<TimeSpan> Until(string person, string wanted)
        {
            var start = Stopwatch.GetTimestamp();
            while (true)
            {
                var (_, request) = await calls.Call("GET", "privacy/requests/{id}", null, default, ("id", person));
                if (request!.Value.GetProperty("status").GetString() == wanted || (request.Value.TryGetProperty("phase", out var phase) && phase.GetString() == wanted)) return Stopwatch.GetElapsedTime(start);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }

        private static string Event(string person, int n, DateTimeOffset at)
        {
            var what = (n % 10) switch
            {
                0 => "\"type\":\"search\",\"query\":\"warm boots\"",
                1 => $"\"type\":\"purchase\",\"item\":\"item{n % 100}\",\"value\":20,\"currency\":\"EUR\"",
                2 or 3 => $"\"type\":\"click\",\"item\":\"item{n % 100}\"",
                _ => $"\"type\":\"view\",\"item\":\"item{n % 100}\"",
            };
            var who = n < 3 ? $"\"visitor\":\"of-{person}\"" : $"\"user\":\"{person}\",\"visitor\":\"of-{person}\"";
            return $$"""{"id":"{{person}}-{{n}}","time":"{{at:O}}","session":"s-{{person}}",{{who}},{{what}},"consent":{"personalization":true} }""";
        }

        private async Task Call(string method, string route, string body)
        {
            var (status, answer) = await calls.Call(method, route, body, default);
            if (status is < 200 or > 299) throw new InvalidOperationException($"{method} {route}: {status} {answer}");
        }

        public async ValueTask DisposeAsync()
        {
            await server.Stop();
            await server.DisposeAsync();
        }
    }
}
