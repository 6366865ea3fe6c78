using Personalization.Audit;
using Personalization.Consent;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Messages.Caps;
using Personalization.Profiles;
using Personalization.Training;

namespace Personalization.Identity.Merging;

/// <summary>
/// Changes who is who on somebody's word. Every step may be done again: what was done before is found done, and what was
/// half stored is completed first.
/// </summary>
public sealed class PersonChanges(IdentityLog log, Linker linker, Holds holds, MergeSides sides, WholePersons persons, Tombstones tombstones, Exclusions exclusions, CapHomes caps, AuditLog audit, ConsentPolicy policy, TimeProvider time)
{
    /// <summary>By what a merge is known that nobody's signing in asked for.</summary>
    public const string Staff = "staff";

    private const int Rounds = 3;

    /// <summary>Far longer than storing one event may take; whoever ends a change half way keeps nobody for longer.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    /// <summary>What a merge would do, and its name. Nothing is written but a question that has to be answered first.</summary>
    public async ValueTask<(MergeDecision Decision, string Name)> Preview(Subject from, Subject into, bool ask, CancellationToken stop)
    {
        if (await Erased(from, into, stop)) return (new MergeDecision.Refused([MergeRefusal.Erased], null, false), "");
        var graph = await linker.Graph([from, into], stop);
        var decision = await Decide(graph, from, into, stop);
        if (ask && decision is MergeDecision.Refused { IsNew: true } refused) await Ask(refused, from, into, stop);
        return (decision, Linking.MergeName(graph, from, into));
    }

    /// <summary>Keeps others from changing the persons this is about. False while somebody else does.</summary>
    public async ValueTask<bool> Hold(PersonChange change, string owner, CancellationToken stop)
    {
        if (await log.Find(change.Name, stop) is not var (from, into)) return true;
        var members = await Members(from, into, stop);
        for (var round = 0; round < Rounds; round++)
        {
            if (!await holds.Take(members, owner, stop, Longest)) break;
            var now = await Members(from, into, stop);
            // Whoever signed in meanwhile may have made the person larger, or somebody smaller.
            if (now.Count == members.Count && now.All(members.Contains)) return true;
            members = [.. members.Union(now)];
        }

        await holds.Release(members, owner, stop);
        return false;
    }

    /// <summary>Lets go of whom this was about, and then of the name where nothing came of it: without it nobody could let go.</summary>
    public async ValueTask Release(PersonChange change, string owner, CancellationToken stop)
    {
        if (await log.Find(change.Name, stop) is not var (from, into)) return;
        await holds.Release(await Members(from, into, stop), owner, stop);
        await Forget(change, from, into, stop);
    }

    /// <summary>It could not be done; nothing of it stays.</summary>
    public async ValueTask<ChangeOutcome> Abandon(PersonChange change, CancellationToken stop)
    {
        if (await log.Find(change.Name, stop) is var (from, into)) await Forget(change, from, into, stop);
        return ChangeOutcome.Of(ChangeStatus.Busy);
    }

    public async ValueTask<ChangeOutcome> Apply(PersonChange change, CancellationToken stop)
    {
        if (await log.Find(change.Name, stop) is not var (from, into)) return ChangeOutcome.Of(ChangeStatus.Unknown);
        // What is written of somebody who was erased would bring them back.
        if (await Erased(from, into, stop)) return ChangeOutcome.Of(ChangeStatus.Refused, MergeRefusal.Erased);
        var outcome = await Apply(await linker.Graph([from, into], stop), change, from, into, stop);
        // Whatever came of it, and whatever a crash left before.
        await persons.Settle([from, into], change.Name, stop);
        // Also where it was done before: a crash may have come between.
        if (outcome.Status == ChangeStatus.Done && change.Kind == PersonChangeKind.Unmerge) await PartCaps(from, into, stop);
        return outcome;
    }

    private ValueTask<ChangeOutcome> Apply(IdentityGraph graph, PersonChange change, Subject from, Subject into, CancellationToken stop) => change.Kind switch
    {
        PersonChangeKind.Merge => Merge(graph, change, from, into, stop),
        PersonChangeKind.Unmerge => Unmerge(graph, change, stop),
        PersonChangeKind.KeepApart => Review(graph, change, ReviewVerdict.Apart, from, into, stop),
        _ => Review(graph, change, ReviewVerdict.Together, from, into, stop),
    };

    // Those who are merged are settled by the next who decides for them. Of those who were parted each is to have its own showings, and nothing of the other's.
    private async ValueTask PartCaps(Subject from, Subject into, CancellationToken stop)
    {
        try
        {
            await caps.Part(from, stop);
            await caps.Part(into, stop);
        }
        // Damage in what was shown must not keep two from being parted; decisions meet it again and show nothing.
        catch (InvalidDataException) { }
    }

    private async ValueTask<ChangeOutcome> Merge(IdentityGraph graph, PersonChange change, Subject from, Subject into, CancellationToken stop)
    {
        if (graph.ClusterOf(from).Merges.Any(m => m.Merge == change.Name)) return ChangeOutcome.Of(ChangeStatus.Done);
        var decision = await Decide(graph, from, into, stop);
        if (decision is MergeDecision.Refused { IsNew: true } asked) await Ask(asked, from, into, stop);
        return decision switch
        {
            MergeDecision.Refused refused => new ChangeOutcome(ChangeStatus.Refused, refused.Reasons, refused.Case?.Case),
            // They were merged and parted since this was asked for: that was another's last word.
            MergeDecision.Ready ready when ready.Event.Merge != change.Name => ChangeOutcome.Of(ChangeStatus.Unknown),
            MergeDecision.Ready ready => await Join(graph, ready, from, into, stop),
            _ => throw new InvalidOperationException("A new case of a decision needs its outcome."),
        };
    }

    // The name of a merge that never was would keep the two in a store where nobody looks for them.
    private async ValueTask Forget(PersonChange change, Subject from, Subject into, CancellationToken stop)
    {
        if (change.Kind != PersonChangeKind.Merge) return;
        var graph = await linker.Graph([from, into], stop);
        if (!graph.Steps.Any(s => s.Event is Merged m && m.Merge == change.Name)) await log.Unname(change.Name, stop);
    }

    // One side's refusal of training is the person's from now on: what a model learnt of the others has to go as well.
    private async ValueTask<ChangeOutcome> Join(IdentityGraph graph, MergeDecision.Ready ready, Subject from, Subject into, CancellationToken stop)
    {
        var members = await sides.Of(graph, [from, into], stop);
        var trained = members.Any(m => JointConsent.Of(m.Subject, m.Consent).Allowed(policy).Cover(Purposes.Training));
        if (trained && !ready.Preview.Allowed.Cover(Purposes.Training)) await exclusions.Schedule(stop);
        return await Do(ready.Event.Merge, from, into, [ready.Event], stop);
    }

    private async ValueTask<ChangeOutcome> Unmerge(IdentityGraph graph, PersonChange change, CancellationToken stop) =>
        Merging.Unmerge.Decide(graph, change.Name, change.Reason, time.GetUtcNow()) switch
        {
            UnmergeDecision.Ready ready => await Do(change.Name, ready.Between.From, ready.Between.Into, [ready.Event], stop),
            UnmergeDecision.AlreadyUndone => ChangeOutcome.Of(ChangeStatus.Done),
            _ => ChangeOutcome.Of(ChangeStatus.Unknown),
        };

    private async ValueTask<ChangeOutcome> Review(IdentityGraph graph, PersonChange change, ReviewVerdict verdict, Subject from, Subject into, CancellationToken stop) =>
        Reviewing.Decide(graph, change.Name, verdict, change.Reason, time.GetUtcNow()) switch
        {
            null => ChangeOutcome.Of(ChangeStatus.Unknown),
            [] => ChangeOutcome.Of(ChangeStatus.Done),
            var events => await Do(change.Name, from, into, events, stop),
        };

    private async ValueTask<MergeDecision> Decide(IdentityGraph graph, Subject from, Subject into, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var ask = new MergeAsk(from, into, new(Staff, 0, Authenticated: false, now));
        return Merging.Merge.Decide(graph, ask, await sides.Of(graph, [from, into], stop), policy, now);
    }

    private async ValueTask Ask(MergeDecision.Refused refused, Subject from, Subject into, CancellationToken stop) => await Store(from, into, [refused.Case!], stop);

    private async ValueTask<ChangeOutcome> Do(string name, Subject from, Subject into, IReadOnlyList<IdentityEvent> events, CancellationToken stop)
    {
        await persons.Begin([from, into], name, Purposes.None, stop);
        return await Store(from, into, events, stop);
    }

    // Told first: then there is never a change nobody was told of.
    private async ValueTask<ChangeOutcome> Store(Subject from, Subject into, IReadOnlyList<IdentityEvent> events, CancellationToken stop)
    {
        foreach (var fact in events.SelectMany(e => IdentityFacts.Of(e, from, into))) await audit.Append(fact, stop);
        return ChangeOutcome.Of(await linker.Store([from, into], events, "", null, stop) ? ChangeStatus.Done : ChangeStatus.Full);
    }

    private async ValueTask<bool> Erased(Subject from, Subject into, CancellationToken stop) => await tombstones.Stands(from, stop) || await tombstones.Stands(into, stop);

    private async ValueTask<IReadOnlyList<Subject>> Members(Subject from, Subject into, CancellationToken stop)
    {
        var graph = await linker.Graph([from, into], stop);
        return [.. graph.ClusterOf(from).Members.Concat(graph.ClusterOf(into).Members).Distinct()];
    }
}
