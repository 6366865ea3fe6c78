using Personalization.Catalog;
using Personalization.Decisions.Logging;
using Personalization.Publishing;
using Personalization.Rules;

namespace Personalization.Decisions.Explaining;

/// <summary>Explains logged decisions to staff.</summary>
public sealed class DecisionDesk(DecisionIds ids, IDecisionLog log, Catalogue catalogue, Published<CompiledRules> rules)
{
    /// <summary>Null where no decision of this name is known, or none that can be read any more.</summary>
    public async ValueTask<DecisionReport?> Show(string id, CancellationToken stop)
    {
        if (await Find(id, stop) is not { } facts) return null;
        var then = await RulesOf(facts, stop);
        return DecisionReport.Of(id, facts, await catalogue.Loaded(stop), n => n < then.Count ? then[n].Id : null);
    }

    /// <summary>Makes a decision again and says whether it comes out the same.</summary>
    public async ValueTask<ReplayReport?> Replay(string id, CancellationToken stop)
    {
        if (await Find(id, stop) is not { } facts) return null;
        var replay = Explaining.Replay.Of(facts);
        return new(id, replay.Same, DecisionReport.SlotsOf(facts, replay.Placed, await catalogue.Loaded(stop)));
    }

    private async ValueTask<LoggedFacts?> Find(string text, CancellationToken stop) =>
        ids.Open(text, out var id, out var subject) && await log.Find(subject, id, stop) is { } body ? LoggedFacts.Read(body.Span) : null;

    /// <summary>The rules as they were, for their names.</summary>
    private async ValueTask<CompiledRules> RulesOf(LoggedFacts facts, CancellationToken stop) =>
        int.TryParse(facts.Versions.Rules, out var version) && await rules.Read(version, stop) is { } body && RuleSet.Read(body) is { } set ? CompiledRules.Of(set, version) : CompiledRules.None;
}
