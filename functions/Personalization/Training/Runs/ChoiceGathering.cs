using Personalization.Consent;
using Personalization.Decisions.Logging;
using Personalization.Identity;
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
        var choices = new DrawnChoices(options.MostDecisions, options.MostEach);
        await foreach (var record in log.Since(from, stop))
        {
            if (!LoggedFacts.MayBe(record.Body.Span) || !people.TryGetValue(record.Subject, out var person)) continue;
            if (outcomes.Take(record.Id, record.Subject) is not { } chosen || LoggedFacts.Read(record.Body.Span) is not { } facts) continue;
            // What the vault said then is only for who still lets it be known.
            if ((facts.Used & ~person.Allowed) != Purposes.None) continue;
            choices.Add(LoggedChoice.Of(facts, record.Id, person.Key, chosen));
        }

        return choices.All();
    }

    private async ValueTask<Dictionary<Subject, Contributor>> Allowed(Subject[] subjects, CancellationToken stop)
    {
        var allowed = new Dictionary<Subject, Contributor>();
        foreach (var some in subjects.Chunk(Together))
        {
            var who = await Task.WhenAll(some.Select(s => contributors.Of(s, stop).AsTask()));
            for (var i = 0; i < some.Length; i++)
                if (who[i] is { } one) allowed[some[i]] = one;
        }

        return allowed;
    }
}
