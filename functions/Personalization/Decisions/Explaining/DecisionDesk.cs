using Personalization.Catalog;
using Personalization.Decisions.Logging;
using Personalization.Messages.Deciding;
using Personalization.Publishing;
using Personalization.Rules;

namespace Personalization.Decisions.Explaining;

/// <summary>Explains logged decisions to staff.</summary>
public sealed class DecisionDesk(DecisionIds ids, IDecisionLog log, DecisionLogWriter writer, Catalogue catalogue, Published<CompiledRules> rules)
{
    /// <summary>Null where no decision of this name is known, or none that can be read any more.</summary>
    public async ValueTask<DecisionReport?> Show(string id, CancellationToken stop)
    {
        if (await Find(id, stop) is not { } facts) return null;
        return DecisionReport.Of(id, facts, await catalogue.Loaded(stop), await Rules(facts, stop));
    }

    /// <summary>Makes a decision again and says whether it comes out the same.</summary>
    public async ValueTask<ReplayReport?> Replay(string id, CancellationToken stop)
    {
        if (await Find(id, stop) is not { } facts) return null;
        var replay = Explaining.Replay.Of(facts);
        return new(id, replay.Same, DecisionReport.SlotsOf(facts, replay.Placed, await catalogue.Loaded(stop), await Rules(facts, stop)));
    }

    /// <summary>The same of a decision about messages.</summary>
    public async ValueTask<MessageReport?> ShowMessages(string id, CancellationToken stop) =>
        await Body(id, stop) is { } body && MessageRecord.Read(body.Span) is { } record ? MessageReport.Of(id, record) : null;

    private async ValueTask<LoggedFacts?> Find(string id, CancellationToken stop) => await Body(id, stop) is { } body ? LoggedFacts.Read(body.Span) : null;

    private async ValueTask<ReadOnlyMemory<byte>?> Body(string text, CancellationToken stop)
    {
        if (!ids.Open(text, out var id, out var subject)) return null;
        // Whoever asks at once asks for what still waits to be written.
        await writer.Flush(stop);
        return await log.Find(subject, id, stop);
    }

    /// <summary>The names of the rules as they were.</summary>
    private async ValueTask<Func<ushort, string?>> Rules(LoggedFacts facts, CancellationToken stop)
    {
        var then = int.TryParse(facts.Versions.Rules, out var version) && await rules.Read(version, stop) is { } body && RuleSet.Read(body) is { } set ? CompiledRules.Of(set, version) : CompiledRules.None;
        return n => n < then.Count ? then[n].Id : null;
    }
}
