using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Training.Learning;
using Personalization.Training.Ordering;

namespace Personalization.Training.Runs;

/// <summary>
/// Reads from the decision log what people chose who may be learned from. The log tells in no order, so it is read twice: what came
/// of decisions, then these decisions. The same log gives the same choices in the same order; what is read stays in memory only.
/// </summary>
public sealed class ChoiceGathering(IDecisionLog log, Contributors contributors, LoggedOptions options)
{
    private const int Together = 50;

    internal async ValueTask<IReadOnlyList<LoggedChoice>> Run(DateTimeOffset now, Action<string> tell, CancellationToken stop)
    {
        var (outcomes, from) = (new Outcomes(options.MostDecisions), now - TimeSpan.FromDays(options.Days));
        tell("reading what came of decisions");
        await foreach (var record in log.Since(from, stop))
            if (OutcomeRecord.MayBe(record.Body.Span) && OutcomeRecord.Read(record.Body.Span) is { } outcome) outcomes.Add(record.Subject, outcome);
        if (outcomes.Count == 0) return [];
        var people = await Allowed([.. outcomes.People], stop);
        tell($"reading decisions: {outcomes.Count} of them led to something");
        var choices = new List<LoggedChoice>();
        await foreach (var record in log.Since(from, stop))
        {
            if (!LoggedFacts.MayBe(record.Body.Span) || !people.TryGetValue(record.Subject, out var person)) continue;
            if (outcomes.Take(record.Id, record.Subject) is { } chosen && LoggedFacts.Read(record.Body.Span) is { } facts) choices.AddRange(LoggedChoice.Of(facts, record.Id, person, chosen));
        }

        return [.. choices.GroupBy(c => (c.Engine, c.Person)).SelectMany(OfOne).OrderBy(c => c.When.Nonce).ThenBy(c => c.When.Sealed)];
    }

    /// <summary>No more than their share, drawn by hash.</summary>
    private IEnumerable<LoggedChoice> OfOne(IEnumerable<LoggedChoice> all) => all.OrderBy(c => Chance.Bits((ulong)c.When.Sealed, c.When.Nonce)).Take(options.MostEach);

    private async ValueTask<Dictionary<Subject, UInt128>> Allowed(Subject[] subjects, CancellationToken stop)
    {
        var allowed = new Dictionary<Subject, UInt128>();
        foreach (var some in subjects.Chunk(Together))
        {
            var keys = await Task.WhenAll(some.Select(s => contributors.KeyOf(s, stop).AsTask()));
            for (var i = 0; i < some.Length; i++)
                if (keys[i] is { } key) allowed[some[i]] = key;
        }

        return allowed;
    }
}
