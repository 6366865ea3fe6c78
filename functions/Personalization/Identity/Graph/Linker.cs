namespace Personalization.Identity.Graph;

/// <summary>
/// Sees to it that what was decided about an identifier is stored with both sides, and that contradictions between two who
/// decided at once come before a person. Any step may be done again by anybody.
/// </summary>
public sealed class Linker(IdentityLog log, GraphRules rules)
{
    /// <param name="ask">What was seen.</param>
    /// <param name="book">The book for links: the name of the epoch.</param>
    /// <param name="expiry">When that book ends.</param>
    /// <param name="tell">Told of what is decided before anybody is joined or asked about.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<LinkDecision> Link(LinkAsk ask, string book, TimeSpan? expiry, Func<LinkDecision, CancellationToken, ValueTask>? tell, CancellationToken stop)
    {
        var decision = Linking.Decide(await Graph(ask.Sides, stop), ask);
        if (decision.Events.Count == 0) return decision;
        // What the links find no room for is not done at all.
        if (!await Store(ask.Sides, [.. decision.Events.Where(e => e is Linked)], book, expiry, stop) && decision is not LinkDecision.Noted) return new LinkDecision.Full();
        if (tell is not null) await tell(decision, stop);
        if (!await Store(ask.Sides, [.. decision.Events.Where(e => e is not Linked)], book, expiry, stop)) return new LinkDecision.Full();
        if (decision is not LinkDecision.Held) await Ask(ask.Sides, tell, stop);
        return decision;
    }

    /// <summary>Who is who around these subjects. What a crash left with one side only is brought to the other.</summary>
    public async ValueTask<IdentityGraph> Graph(IReadOnlyList<Subject> subjects, CancellationToken stop)
    {
        var events = await log.Around(subjects, stop);
        foreach (var missing in Unfinished.In(events)) await log.Complete(missing, stop);
        return IdentityGraph.Of(events.Select(b => b.Event), rules);
    }

    /// <summary>Stores events with these subjects, each kind in its book. False where a book is full: then something is missing.</summary>
    public async ValueTask<bool> Store(IReadOnlyList<Subject> subjects, IReadOnlyList<IdentityEvent> events, string book, TimeSpan? expiry, CancellationToken stop)
    {
        var whole = true;
        foreach (var subject in subjects.Distinct())
        {
            whole &= await log.Append(subject, book, [.. events.Where(e => e is Linked or Unlinked)], expiry, stop) != Appended.Full;
            whole &= await log.Append(subject, IdentityLog.MergesBook, [.. events.Where(e => e is Merged or Unmerged)], null, stop) != Appended.Full;
            whole &= await log.Append(subject, IdentityLog.CasesBook, [.. events.Where(e => e is Quarantined or Reviewed)], null, stop) != Appended.Full;
        }

        return whole;
    }

    /// <summary>Puts contradictions nobody has asked about before a person.</summary>
    private async ValueTask Ask(IReadOnlyList<Subject> subjects, Func<LinkDecision, CancellationToken, ValueTask>? tell, CancellationToken stop)
    {
        foreach (var question in Linking.Unasked(await Graph(subjects, stop)))
        {
            if (tell is not null) await tell(new LinkDecision.Held(question, [question]), stop);
            await Store([question.From, question.Into], [question], IdentityLog.CasesBook, null, stop);
        }
    }
}
