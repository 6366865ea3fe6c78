using System.Text.Json.Serialization;
using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Rules;

namespace Personalization.Decisions.Explaining;

/// <summary>What rules would have done to decisions that were made: each is made again with the same candidates and other rules.</summary>
public sealed class RuleSimulation(IDecisionLog log, Shelves shelves, TimeProvider time)
{
    private const int Examples = 5;

    public async ValueTask<SimulationReport> Run(SimulationRequest request, CancellationToken stop)
    {
        var (rules, shelf) = (CompiledRules.Of(request.Set, 0), shelves.Now);
        var (decisions, changed, moved) = (0, 0, 0);
        var (hit, examples) = (new int[rules.Count], new List<SimulatedDecision>());
        var from = time.GetUtcNow() - TimeSpan.FromHours(request.Hours ?? SimulationRequest.StandardHours);
        await foreach (var logged in log.Newest(from, request.Last ?? SimulationRequest.StandardLast, LoggedFacts.MayBe, stop))
        {
            if (LoggedFacts.Read(logged.Body.Span) is not { } facts) continue;
            decisions++;
            var d = Again(facts, rules, shelf);
            foreach (var rule in d.Active.ToArray().Distinct()) hit[rule]++;
            var (before, after) = (Items(facts.Placed, facts.Pool, shelf), Items(d.Placed, d.Pool, shelf));
            if (before.SequenceEqual(after)) continue;
            changed++;
            moved += after.Count(i => !before.Contains(i, StringComparer.Ordinal));
            if (examples.Count < Examples) examples.Add(new(logged.Id.ToString(), before, after));
        }

        return new(decisions, changed, moved, [.. hit.Select((n, i) => new SimulatedRule(rules[i].Id, n))], examples);
    }

    private static Decision Again(LoggedFacts facts, CompiledRules rules, Shelf shelf)
    {
        var d = new Decision { Engine = facts.Engine, At = facts.At, Shelf = shelf, Rules = rules, Buying = facts.Buying, Explore = facts.Explore };
        (d.Ask.Region, d.Ask.Device, d.Ask.Channel) = (facts.Region, facts.Device, facts.Channel);
        d.Segments.AddRange(facts.Segments);
        for (var i = 0; i < facts.Pool.Count; i++)
        {
            var key = new ItemKey(facts.Pool.Keys[i]);
            d.Pool.Add(key, shelf.PlaceOf(key), facts.Pool.Groups[i]);
            d.Known.At(key.Value) = true;
            for (var c = 0; c < Columns.Count; c++) d.Pool.Set((Column)c, i, facts.Pool.Value((Column)c, i));
        }

        foreach (var slot in facts.Slots) d.Add(slot with { Rules = ulong.MaxValue });
        Regathering.Widen(d, facts);
        Ruling.Apply(d);
        Regathering.Number(d, facts);
        d.Arrange(facts.Seed);
        return d;
    }

    private static IReadOnlyList<string> Items(IReadOnlyList<Placement> placed, Pool pool, Shelf shelf) =>
        [.. placed.Select(p => pool.Keys[p.Candidate]).Select(k => shelf.Items.Find(new ItemKey(k))?.Item.Id ?? $"{k:x16}")];
}

/// <summary>Rules that are not in force, and how many former decisions to try them on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimulationRequest
{
    public const int StandardHours = 24;
    public const int StandardLast = 1000;

    public IReadOnlyList<Rule>? Rules { get; init; }

    /// <summary>Decisions of so many hours until now; 1 to 720.</summary>
    public int? Hours { get; init; }

    /// <summary>At most so many of them, the newest; 1 to 10,000.</summary>
    public int? Last { get; init; }

    [JsonIgnore]
    public RuleSet Set => new() { Rules = Rules };

    public (string Field, string Reason)? Fault() => this switch
    {
        { Hours: < 1 or > 720 } => ("hours", "must be between 1 and 720"),
        { Last: < 1 or > 10_000 } => ("last", "must be between 1 and 10000"),
        _ => null,
    };
}

/// <param name="Decisions">How many were made again.</param>
/// <param name="Changed">How many came out otherwise than they did.</param>
/// <param name="NewItems">How many items were shown that had not been.</param>
/// <param name="Rules">For how many decisions each rule held.</param>
/// <param name="Examples">Some of those that changed.</param>
public sealed record SimulationReport(int Decisions, int Changed, int NewItems, IReadOnlyList<SimulatedRule> Rules, IReadOnlyList<SimulatedDecision> Examples);

public sealed record SimulatedRule(string Id, int Decisions);

public sealed record SimulatedDecision(string Decision, IReadOnlyList<string> Before, IReadOnlyList<string> After);
