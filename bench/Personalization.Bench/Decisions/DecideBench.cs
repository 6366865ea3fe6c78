using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Bench.Features;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Popularity;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Rules;
using Personalization.Storage;

namespace Personalization.Bench.Decisions;

/// <summary>What one decision costs in process, on one thread: from the body as it came to the answer and the record as they leave.</summary>
internal static class DecideBench
{
    private static readonly DateTimeOffset Now = new(2026, 1, 25, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);
    private static readonly CompiledRules Rules = CompiledRules.Of(new() { Rules = [.. Enumerable.Range(0, 10).Select(i => new Rule { Id = $"r{i}", Kind = "boost", By = 0.01 * (i + 1), Items = new() { Categories = [$"category-{i * 3}"] } })] }, 1);
    private static readonly DecisionLogWriter Log = new(new Nowhere(), new(64 * 1024 * 1024, TimeSpan.FromMilliseconds(200)), TimeProvider.System, new("bench"));

    public static async Task<int> Run(string[] part)
    {
        var text = new StringBuilder("# Decisions\n\n`dotnet run -c Release --project bench/Personalization.Bench -- decisions` (needs wrk)\n\n");
        text.Append(CultureInfo.InvariantCulture, $"A catalogue of {WarmPeople.Items} items with brand, price and three attributes; people with 40 events before.\n\n{Report.Machine} Load average at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.\n\n");
        text.Append("## In process, one thread\n\nFrom the read request to the answer in bytes: decode the profile and its consent, gather, ten rules, describe, choose with propensities, write answer and record, note it for the log. Microseconds; bytes are what is allocated.\n\n| What | p50 | p99 | bytes |\n|---|---|---|---|\n");
        var steps = new StringBuilder();
        var shelf = Shelf.Of(WarmPeople.Catalogue, PopularItems.Of(Enumerable.Range(0, 300).Select(n => new PopularItem(ItemKey.Of($"item-{n * 5}"), 1f / (n + 1))), Now));
        var search = new SearchEngine(new(true, Rankers.Search, Diversifier.None, FallbackPolicy.Given));
        var recommend = new RecommendationEngine(static (_, _) => [], new(true, Rankers.Personal, Diversifier.Spread, FallbackPolicy.Popular));
        foreach (var (name, engine, body) in new (string, IDecisionEngine, byte[])[]
        {
            ("search, 50 candidates", search, Body(50, 10)), ("search, 200 candidates, all returned", search, Body(200, 200)), ("search, 200 candidates, 20 returned", search, Body(200, 20)),
            ("for-you, 10 of 2,000 items", recommend, "{\"visitor\":\"v\"}"u8.ToArray()),
        })
        {
            var (p50, p99, bytes) = Measure(engine, shelf, body);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {p50:f1} | {p99:f1} | {bytes:f0} |\n");
            steps.Append(CultureInfo.InvariantCulture, $"- {name}: ").Append(string.Join(", ", DecideSteps.Of(engine, shelf, body, Now).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Step} {s.Micro:f2}")))).Append('\n');
        }

        text.Append("\nEach step alone, median; reading the body is not in the table above:\n\n").Append(steps);
        text.Append("\nA score is made of 25 columns, and of 25 more weights for somebody about to buy.\n\n## Over HTTP\n\n32 connections, one driver thread, both processes and the driver on two cores, in turns; medians of three rounds. The engine also finds who it is, checks consent, applies ten rules, logs, and does what every call costs (keys, limits, metrics). Settings are the standard ones. Each call is in a session of its own, so that none is asked twice, but where it says so: there 200 questions are asked over and over.\n\n");
        if (part is ["process"])
        {
            Console.Out.WriteLine(text);
            return 0;
        }

        text.Append(await SearchLoad.Run());
        Report.Write("decisions.md", text.ToString());
        return 0;
    }

    private static (double P50, double P99, double Bytes) Measure(IDecisionEngine engine, Shelf shelf, byte[] body)
    {
        var (d, profiles) = (new Decision(), Enumerable.Range(0, 64).Select(_ => new Profile()).ToArray());
        var times = new long[200_000];
        var n = 0;
        d.Clear();
        d.Body = body;
        new AskReader(body, d.Ask, AskFields.Recommendations | AskFields.Search).Read();
        for (var i = 0; i < 20_000; i++) Once(engine, d, shelf, body, profiles[i % 64], i);
        var (start, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        for (; n < times.Length && Stopwatch.GetElapsedTime(start) < Long; n++)
        {
            var began = Stopwatch.GetTimestamp();
            Once(engine, d, shelf, body, profiles[n % 64], n);
            times[n] = Stopwatch.GetTimestamp() - began;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)n;
        Array.Sort(times, 0, n);
        return (Micro(times[n / 2]), Micro(times[(int)(n * 0.99)]), bytes);
    }

    private static void Once(IDecisionEngine engine, Decision d, Shelf shelf, byte[] body, Profile profile, int i)
    {
        d.Begin();
        profile.Read(WarmPeople.ProfileOf(WarmPeople.Subject(i % 1000)).Span);
        (d.At, d.Shelf, d.Rules, d.Id) = (Now, shelf, Rules, new((ulong)i, 1));
        d.Person = new(WarmPeople.Subject(i), profile, null, Personalization.Consent.Purposes.None, Fallback.None);
        Decider.Make(engine, d);
        Log.Note(d.Subject, d.Id, d.Record.Written);
    }

    private static byte[] Body(int candidates, int count) => Encoding.UTF8.GetBytes(
        $"{{\"visitor\":\"v\",\"query\":\"category-7 shoes\",\"count\":{count},\"candidates\":{SearchLoad.Candidates(candidates)}}}");

    /// <summary>Takes everything: what the disk does is measured elsewhere.</summary>
    private sealed class Nowhere : IDecisionLog
    {
        public ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop) => new(Outcome.Ok(true));

        public ValueTask<ReadOnlyMemory<byte>?> Find(Subject subject, DecisionId id, CancellationToken stop) => default;

        public IAsyncEnumerable<LoggedDecision> Of(Subject subject, CancellationToken stop) => AsyncEnumerable.Empty<LoggedDecision>();

        public IAsyncEnumerable<LoggedDecision> Since(DateTimeOffset from, CancellationToken stop) => AsyncEnumerable.Empty<LoggedDecision>();
    }

    private static double Micro(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
