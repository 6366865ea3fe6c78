using System.Diagnostics.Metrics;
using Personalization.Models;
using Personalization.Models.Rollouts;
using Personalization.Training.Choosing;
using Personalization.Training.Learning;
using Personalization.Training.Runs;

namespace Personalization.Training.Drifting;

/// <summary>Compares people and scores of now with the picture that was taken when the champion was trained.</summary>
public sealed class DriftWatch
{
    /// <summary>Of fewer nothing can be said.</summary>
    private const int FewestPeople = 50;

    private readonly TrainingRuns runs;
    private readonly Gathering gathering;
    private readonly RolloutDesk rollouts;
    private readonly ServedModels served;
    private readonly DriftOptions options;
    private readonly TimeProvider time;
    private double worst;

    public DriftWatch(TrainingRuns runs, Gathering gathering, RolloutDesk rollouts, ServedModels served, DriftOptions options, TimeProvider time, Meter meter)
    {
        (this.runs, this.gathering, this.rollouts, this.served, this.options, this.time) = (runs, gathering, rollouts, served, options, time);
        meter.CreateObservableGauge("personalization.training.drift", () => Volatile.Read(ref worst), description: "The largest population stability index at the last look, of features and of scores");
    }

    /// <summary>Looks, and notes what was found; null where there is nothing to compare.</summary>
    public async ValueTask<DriftFinding?> Look(CancellationToken stop)
    {
        var champion = (await rollouts.Now(stop)).Model;
        if (await runs.Picture(champion, stop) is not { } then) return null;
        var now = time.GetUtcNow();
        var data = await gathering.Sample(now, options.Sample, stop);
        if (data.People < FewestPeople) return null;
        IRecommender? model = served.Now.Model is var there && there.Name == champion ? new Served(there, data.Keys) : null;
        var shifts = Drift.Between(then, Picture.Of(data, model, now.ToUnixTimeSeconds()), options);
        Volatile.Write(ref worst, shifts.Count == 0 ? 0 : shifts.Max(s => s.Psi));
        var found = new DriftFinding(now, champion, shifts);
        await runs.Keep(found, stop);
        return found;
    }

    /// <summary>Whether a model has to be trained anew: something moved far, and no run was begun lately that knows it already.</summary>
    public async ValueTask<bool> Calls(CancellationToken stop) =>
        await Look(stop) is { } found && found.Shifts.Any(s => s.Breach)
        && (await runs.Newest(1, stop)).All(r => time.GetUtcNow() - r.Started >= options.Pause);
}

/// <param name="At">When it was looked.</param>
/// <param name="Model">The champion, with whose training it was compared.</param>
public sealed record DriftFinding(DateTimeOffset At, string Model, IReadOnlyList<Shift> Shifts);
