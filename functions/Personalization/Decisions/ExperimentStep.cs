using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Decisions;

/// <summary>
/// Brings experiments to a decision: who is held out gets what a stranger gets, and a variant may name another ranker. What
/// somebody was shown is noted afterwards, and never waited for.
/// </summary>
public sealed class ExperimentStep(Published<CompiledExperiments> experiments, ExposureBook exposures, People identities, TimeProvider time, TimeSpan deadline)
{
    /// <summary>What runs now; asked for apart, so that it is looked for while the person is.</summary>
    internal ValueTask<CompiledExperiments> InForce(CancellationToken stop) => experiments.Fresh(stop);

    internal async ValueTask Assign(CompiledExperiments inForce, IDecisionEngine engine, Decision d, ProfileLookup people, CancellationToken stop)
    {
        // Whoever could not be read is nobody in particular: the store that was slow just now is not waited for once more.
        if (inForce.IsEmpty || d.Person is { Subject: null, Why: Fallback.ProfileUnavailable })
        {
            d.Assignment.Clear();
            return;
        }

        var seen = d.Person.Subject is null ? Exposures.None : await Seen(Served(d), stop);
        // Nobody we know is still the same for all calls they make at once.
        var subject = d.Person.Subject ?? await StandIn(d.Ask.User, d.Ask.Visitor, d.Subject, stop);
        Assign(inForce, engine, d, subject, seen);
        if (!d.HeldOut) return;
        // It is not only left unused: nobody after this can use it.
        people.Return(d.Person with { Members = [] });
        d.Person = d.Person with { Profile = null, Vault = null, Why = Fallback.HeldOut };
    }

    /// <summary>Whether somebody is held out, for what is no engine's decision. Noted like there, so that who is merged later stays what they were.</summary>
    /// <param name="known">Who it is; null for somebody never met.</param>
    /// <param name="members">Who else they are, themselves among them.</param>
    /// <param name="denied">What they refused.</param>
    /// <param name="user">As they were named.</param>
    /// <param name="visitor">The same.</param>
    /// <param name="at">When.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<bool> HeldOut(Subject? known, IReadOnlyList<Subject> members, Purposes denied, string? user, string? visitor, DateTimeOffset at, CancellationToken stop)
    {
        var inForce = await experiments.Fresh(stop);
        if (inForce.IsEmpty) return false;
        var seen = known is { } one ? await Seen([one, .. members.Where(m => m != one)], stop) : Exposures.None;
        var subject = known ?? await StandIn(user, visitor, Subject.Random(), stop);
        var assignment = new Assignment();
        inForce.AssignHoldout(new() { Subject = subject, Kept = known is not null && MayKeep(denied), Members = members.ToArray(), Seen = seen, Engine = DecisionEngine.Messages, Now = at }, assignment);
        exposures.Note(subject, assignment, at);
        return assignment.HeldOut;
    }

    internal void Note(Decision d)
    {
        if (d.Person.Subject is { } subject) exposures.Note(subject, d.Assignment, d.At);
    }

    private static void Assign(CompiledExperiments inForce, IDecisionEngine engine, Decision d, Subject subject, Exposures? seen)
    {
        var kept = d.Person.Subject is not null && MayKeep(d.Person.Denied);
        inForce.Assign(new() { Subject = subject, Kept = kept, Members = d.Person.Members is { Count: > 1 } members ? members.ToArray() : [], Seen = seen, Engine = engine.Engine, Channel = d.Ask.Channel, Now = d.At }, d.Assignment);
        (d.HeldOut, d.Versions) = (d.Assignment.HeldOut, d.Versions with { Experiments = inForce.Version });
        if (d.Assignment.Holdout is { } holdout) d.Arms.Add(new(holdout.Experiment, holdout.Variant));
        foreach (var one in d.Assignment.Experiments)
        {
            d.Arms.Add(new(one.Experiment, one.Variant));
            if (one.Ranker is { } name) d.Ranker = Arranging.Rankers.Find(name);
        }
    }

    private static bool MayKeep(Purposes denied) => (denied & ConsentMatrix.Needs(SignalClass.Exposure)) == Purposes.None;

    /// <summary>Who is served first, then who else they are.</summary>
    private static IReadOnlyList<Subject> Served(Decision d) => d.Person.Members is { Count: > 1 } members ? [d.Subject, .. members.Where(m => m != d.Subject)] : [d.Subject];

    private async ValueTask<Subject> StandIn(string? user, string? visitor, Subject drawn, CancellationToken stop)
    {
        try
        {
            var naming = identities.Named(identities.Show(user, visitor), stop);
            return naming.IsCompletedSuccessfully ? naming.Result : await naming.AsTask().WaitAsync(deadline, time, stop);
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException or IOException) { return drawn; }
    }

    /// <summary>Null where it cannot be read in time.</summary>
    private async ValueTask<Exposures?> Seen(IReadOnlyList<Subject> served, CancellationToken stop)
    {
        try
        {
            var reading = exposures.Read(served, stop);
            return reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(deadline, time, stop);
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException or IOException) { return null; }
    }
}
