using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Training.Choosing;
using Personalization.Training.Drifting;
using Personalization.Training.Evaluating;

namespace Personalization.Training.Runs;

/// <summary>The end of a run: what is known of its model is kept, then the model itself, then it goes as far as it may.</summary>
internal sealed class Registering(TrainingRuns runs, RolloutDesk rollouts, RunOptions options)
{
    public static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask<TrainingRun> Of(TrainingRun run, FactorModel model, ModelFacts facts, IReadOnlyList<EvaluationReport> reports, TrainingData data, CancellationToken stop)
    {
        foreach (var report in reports) await runs.Keep(run.Id, report, stop);
        await runs.Keep(model.Name, Picture.Of(data, new Served(model, data.Keys), model.TrainedAt.ToUnixTimeSeconds()), stop);
        await rollouts.Registry.Keep(model, facts, stop);
        return run with { Status = TrainingStatus.Completed, Step = "done", Model = model.Name, Recipe = facts.Parameters[Facts.Recipe], Became = await Promote(model.Name, run.Cause, stop) };
    }

    private async ValueTask<string> Promote(string model, string cause, CancellationToken stop)
    {
        if (options.PromoteTo == PromoteTo.Candidate) return "candidate";
        var stage = options.PromoteTo switch { PromoteTo.Shadow => RolloutStage.Shadow, PromoteTo.Canary => RolloutStage.Canary, _ => RolloutStage.Champion };
        return await rollouts.Promote(model, stage, options.CanaryShare, $"training ({cause})", stop) switch
        {
            RolloutOutcome.Done => stage.Name(),
            RolloutOutcome.Refused refused => $"candidate: {string.Join("; ", refused.Refusals.Select(r => $"{r.Gate} {r.Reason}"))}",
            RolloutOutcome.Impossible impossible => $"candidate: {impossible.Why}",
            _ => "candidate",
        };
    }
}
