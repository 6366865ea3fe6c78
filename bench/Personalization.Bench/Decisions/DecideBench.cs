using System.Diagnostics;
using System.Globalization;
using System.Text;
using Personalization.Bench.Features;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Bench.Decisions;

/// <summary>What one decision costs in process, on one thread: from the body as it came to the answer and the record as they leave.</summary>
internal static class DecideBench
{
    private static readonly DateTimeOffset Now = new(2026, 1, 25, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    public static int Run()
    {
        var text = new StringBuilder();
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
            text.Append(string.Join(", ", DecideSteps.Of(engine, shelf, body, Now).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Step} {s.Micro:f2}")))).Append('\n');
        }

        Console.WriteLine(text);
        return 0;
    }

    private static (double P50, double P99, double Bytes) Measure(IDecisionEngine engine, Shelf shelf, byte[] body)
    {
        var (d, profiles) = (new Decision(), Enumerable.Range(0, 64).Select(_ => new Profile()).ToArray());
        var times = new long[200_000];
        var n = 0;
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
        d.Clear();
        d.Body = body;
        new AskReader(body, d.Ask, AskFields.Recommendations | AskFields.Search).Read();
        profile.Read(WarmPeople.ProfileOf(WarmPeople.Subject(i % 1000)).Span);
        (d.At, d.Shelf) = (Now, shelf);
        d.Person = new(WarmPeople.Subject(i), profile, null, Personalization.Consent.Purposes.None, Fallback.None);
        Decider.Make(engine, d);
    }

    private static byte[] Body(int candidates, int count) => Encoding.UTF8.GetBytes(
        $"{{\"visitor\":\"v\",\"query\":\"category-7 shoes\",\"count\":{count},\"candidates\":[{string.Join(',', Enumerable.Range(0, candidates).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"item-{i * 7 % 2000}\",\"relevance\":{1 - (i / 250.0):f4}}}")))}]}}");

    private static double Micro(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
