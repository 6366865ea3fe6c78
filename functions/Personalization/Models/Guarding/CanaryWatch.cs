using System.Diagnostics.Metrics;
using Personalization.Models.Rollouts;
using Personalization.Training;

namespace Personalization.Models.Guarding;

/// <summary>Looks every now and then at what became of a canary's decisions, and takes it out where it does harm.</summary>
public sealed class CanaryWatch(RolloutDesk desk, TrialBook book, Exclusions exclusions, GuardOptions options, Meter meter)
{
    private readonly Counter<long> stopped = meter.CreateCounter<long>("personalization.models.canaries.stopped", description: "Canaries that were taken out by themselves because they did harm");

    public async ValueTask Look(CancellationToken stop)
    {
        var now = await desk.Now(stop);
        // A crash may have kept this from being told when it was promoted.
        if (await desk.Registry.Find(now.Model, stop) is { } champion) await exclusions.Covered(champion.TrainedAt, stop);
        if (now.Canary is not { } canary || Guardrail.Judge(await book.Read(canary, stop), options).Harm is not { } harm) return;
        if (await desk.Stop(canary, harm, stop) is RolloutOutcome.Done) stopped.Add(1);
    }

    /// <summary>How the canary does so far; null where there is none.</summary>
    public async ValueTask<Verdict?> Report(CancellationToken stop)
    {
        if ((await desk.Now(stop)).Canary is not { } canary) return null;
        return Guardrail.Judge(await book.Read(canary, stop), options);
    }
}
