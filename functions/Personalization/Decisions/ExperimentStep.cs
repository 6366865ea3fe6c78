using Personalization.Consent;
using Personalization.Experiments;
using Personalization.Identity.Merging;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Decisions;

/// <summary>
/// Brings experiments to a decision: who is held out gets what a stranger gets, and a variant may name another ranker. What
/// somebody was shown is noted afterwards, and never waited for.
/// </summary>
public sealed class ExperimentStep(Published<CompiledExperiments> experiments, ExposureBook exposures, TimeProvider time, TimeSpan deadline)
{
    internal async ValueTask Assign(IDecisionEngine engine, Decision d, ProfileLookup people, CancellationToken stop)
    {
        var inForce = await experiments.Fresh(stop);
        if (inForce.IsEmpty)
        {
            d.Assignment.Clear();
            return;
        }

        var seen = d.Person.Subject is null ? Exposures.None : await Seen(d, stop);
        Assign(inForce, engine, d, seen);
        if (!d.HeldOut) return;
        // It is not only left unused: nobody after this can use it.
        people.Return(d.Person);
        d.Person = d.Person with { Profile = null, Vault = null, Why = Fallback.HeldOut };
    }

    internal void Note(Decision d)
    {
        if (d.Person.Subject is { } subject) exposures.Note(subject, d.Assignment, d.At);
    }

    private static void Assign(CompiledExperiments inForce, IDecisionEngine engine, Decision d, Exposures? seen)
    {
        var kept = d.Person.Subject is not null && (d.Person.Denied & ConsentMatrix.Needs(SignalClass.Exposure)) == Purposes.None;
        inForce.Assign(new() { Subject = d.Subject, Kept = kept, Seen = seen, Engine = engine.Engine, Channel = d.Ask.Channel, Now = d.At }, d.Assignment);
        (d.HeldOut, d.Versions) = (d.Assignment.HeldOut, d.Versions with { Experiments = inForce.Version });
        if (d.Assignment.Holdout is { } holdout) d.Arms.Add(new(holdout.Experiment, holdout.Variant));
        foreach (var one in d.Assignment.Experiments)
        {
            d.Arms.Add(new(one.Experiment, one.Variant));
            if (one.Ranker is { } name) d.Ranker = Arranging.Rankers.Find(name);
        }
    }

    /// <summary>Null where it cannot be read in time.</summary>
    private async ValueTask<Exposures?> Seen(Decision d, CancellationToken stop)
    {
        try
        {
            var reading = exposures.Read([d.Subject], stop);
            return reading.IsCompletedSuccessfully ? reading.Result : await reading.AsTask().WaitAsync(deadline, time, stop);
        }
        catch (Exception e) when (e is TimeoutException or StoreUnavailableException or IOException) { return null; }
    }
}
