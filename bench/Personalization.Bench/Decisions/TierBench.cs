using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Recommending;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Segments;
using Personalization.Storage.Embedded;

namespace Personalization.Bench.Decisions;

/// <summary>
/// What a decision costs in each tier, and what tiers save and lose over people of made-up tastes as load rises. One
/// thread; load is said and not made, so that what is measured is work and not waiting.
/// </summary>
internal static class TierBench
{
    private static readonly (string Name, byte[] Body)[] Asked =
    [
        ("for-you, 10", "{\"visitor\":\"v\",\"count\":10}"u8.ToArray()),
        ("homepage, 4 slots", """{"visitor":"v","slots":[{"name":"hero"},{"name":"for-you"},{"name":"category-1"},{"name":"trending"}]}"""u8.ToArray()),
    ];

    private static readonly Shelf Stock = Shelf.Of(Tastes.Catalogue, Tastes.Popular);
    private static readonly EngineOptions Options = new(true, Rankers.Personal, Diversifier.Spread, FallbackPolicy.Popular);
    private static readonly IDecisionEngine[] Engines = [new RecommendationEngine(static (_, _) => [], Options), new HomepageEngine(static (_, _) => [], Options)];

    /// <summary>People who are there at the same time, and how often each of them asks before they go.</summary>
    private const int Together = 300;
    private const int Times = 4;

    public static int Run()
    {
        var text = new StringBuilder();
        Line(text, $"# Tiers\n\n{Report.Machine}\n\n`dotnet run -c Release --project bench/Personalization.Bench -- tiers`; 2,000 items of 40 categories, one thread.\n");
        Line(text, $"## One decision\n\nFrom a body read and a profile decoded to the answer and its record as they leave. Lists prepared for many are there already.\n\n| | tier | median, µs | allocated, bytes | candidates | record, bytes |\n|---|---|---|---|---|---|");
        for (var e = 0; e < Engines.Length; e++)
            foreach (var (tier, person, options) in new[] { (Tier.Macro, new Tastes(1, 0, false), All(0)), (Tier.Micro, new Tastes(1, 40, false), All(1)), (Tier.Singleton, new Tastes(1, 40, false), All(0)) })
                Line(text, Cost(e, tier, person, options));
        Load(text);
        Report.Write("tiers.md", text.ToString());
        return 0;
    }

    private static void Load(StringBuilder text)
    {
        var people = Enumerable.Range(0, 6000).Select(Person).ToArray();
        Line(text, $"\n## Rising load\n\n6,000 people: 30 % never met, 20 % who met 1 to 3 things, 25 % 4 to 12, 25 % 13 to 40; one in eight of the known is about to buy. Each asks for both of the above. Clicks are what their tastes make probable for each place, a place counting 1 / log2(place + 1); lost is what tiers cost of those without tiers. Costs are processor time, from the body to the record, of {Together} people at a time who ask {Times} times each; lists are made where they are not there.\n\n| load | tiers | macro | micro | singleton | CPU µs per decision | bytes allocated | clicks lost | of the known |\n|---|---|---|---|---|---|---|---|---|");
        var off = Round(people, null, 0);
        Line(text, off.Row("any", "off", off));
        foreach (var load in new[] { 0.5, 1.25, 1.5, 1.75, 2 }) Line(text, Round(people, TierOptions.Read(new([])), load).Row($"{load}", "on", off));
        Line(text, $"\nThe same at load 0.5, by how high the bar for being scored alone is:\n\n| `Tiers__Singleton` | tiers | macro | micro | singleton | CPU µs per decision | bytes allocated | clicks lost | of the known |\n|---|---|---|---|---|---|---|---|---|");
        foreach (var bar in new[] { 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f }) Line(text, Round(people, TierOptions.Read(new([])) with { Singleton = bar }, 0.5).Row($"{bar}", "on", off));
    }

    private static Tastes Person(int n) => new(n, (n % 20) switch { < 6 => 0, < 10 => 1 + (n / 20 % 3), < 15 => 4 + (n / 20 % 9), _ => 13 + (n / 20 % 28) }, n % 8 == 3);

    private static TierRound Round(Tastes[] people, TierOptions? options, double load)
    {
        using var meter = new Meter("bench");
        var tiers = options is null ? null : Made(options, meter);
        for (var i = 0; tiers is not null && i < load * options!.Busy; i++) tiers.Load.Enter();
        var (round, d, profile) = (new TierRound(), new Decision(), new Profile());
        foreach (var person in people)
            for (var e = 0; e < Engines.Length; e++)
            {
                Ready(d, e, person, profile);
                Decider.Make(Engines[e], d, tiers);
                round.Add(d, person);
            }

        var (before, bytes) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetAllocatedBytesForCurrentThread());
        foreach (var together in people.Chunk(Together))
            for (var n = 0; n < Times * together.Length; n++)
                for (var e = 0; e < Engines.Length; e++)
                {
                    Ready(d, e, together[n % together.Length], profile);
                    Decider.Make(Engines[e], d, tiers);
                }

        round.Cost(Process.GetCurrentProcess().TotalProcessorTime - before, GC.GetAllocatedBytesForCurrentThread() - bytes, Times * people.Length * Engines.Length);
        return round;
    }

    private static string Cost(int engine, Tier tier, Tastes person, TierOptions options)
    {
        using var meter = new Meter("bench");
        var (tiers, d, profile, times) = (Made(options, meter), new Decision(), new Profile(), new long[100_000]);
        var bytes = 0L;
        for (var i = -20_000; i < times.Length; i++)
        {
            Ready(d, engine, person, profile);
            if (i == 0) bytes = GC.GetAllocatedBytesForCurrentThread();
            var began = Stopwatch.GetTimestamp();
            Decider.Make(Engines[engine], d, tiers);
            if (i >= 0) times[i] = Stopwatch.GetTimestamp() - began;
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        if (d.Tier != tier) throw new InvalidOperationException($"{d.Tier} in place of {tier}");
        Array.Sort(times);
        return string.Create(CultureInfo.InvariantCulture, $"| {Asked[engine].Name} | {DecisionNames.Of(tier)} | {times[times.Length / 2] * 1e6 / Stopwatch.Frequency:f1} | {bytes / times.Length} | {d.Pool.Count} | {d.Record.Length} |");
    }

    private static void Ready(Decision d, int engine, Tastes person, Profile profile)
    {
        d.Clear();
        d.Body = Asked[engine].Body;
        new AskReader(d.Body.Span, d.Ask, AskFields.Recommendations | AskFields.Homepage).Read();
        (d.At, d.Shelf, d.Subject) = (Tastes.Now, Stock, person.Subject);
        var known = person.Profile is { } body && profile.Read(body);
        d.Person = new(person.Subject, known ? profile : null, null, Purposes.None, known ? Fallback.None : Fallback.UnknownPerson);
    }

    private static TierOptions All(float bar) => TierOptions.Read(new([])) with { Singleton = bar };

    private static Tiers Made(TierOptions options, Meter meter) =>
        new(options, new(options), new(EmbeddedStorage.Open(new EmbeddedOptions(), Storage.BenchStores.Registry, TimeProvider.System).Documents, Reservations.Artefact, TimeProvider.System, meter), TimeProvider.System, meter);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
