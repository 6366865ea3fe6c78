using Personalization.Models.Rollouts;
using Personalization.Training.Choosing;
using Personalization.Training.Drifting;

namespace Personalization.Training.Runs;

/// <summary>
/// Carries out training runs. A run is done in one go and holds what people met in memory only; one that a crash cut off is begun
/// again, and until its model is registered and promoted nothing that serves has changed.
/// </summary>
public sealed class TrainingDesk(TrainingRuns runs, Gathering gathering, RankerDesk rankers, RolloutDesk rollouts, RunOptions options, string codeVersion, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public TrainingRuns Runs => runs;

    public ValueTask<TrainingRun> Begin(string id, string cause, CancellationToken stop) => runs.Begin(id, cause, time.GetUtcNow(), stop);

    /// <summary>Does a run from beginning to end; one that is over stays as it is.</summary>
    public async ValueTask<TrainingRun> Run(string id, string cause, CancellationToken stop)
    {
        var run = await Begin(id, cause, stop);
        if (run.IsOver) return run;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var step = run.Step;
        var working = Work(run, said => Volatile.Write(ref step, said), cancel.Token);
        try
        {
            while (await Task.WhenAny(working, Task.Delay(Look, time, stop)) != working)
            {
                stop.ThrowIfCancellationRequested();
                run = run with { Step = Volatile.Read(ref step), Updated = time.GetUtcNow() };
                await runs.Keep(run, stop);
                if (await runs.IsCancelled(id, stop)) await cancel.CancelAsync();
            }
        }
        catch
        {
            // The run is begun again in a moment; what nobody waits for any more must not promote anything beside it.
            await cancel.CancelAsync();
            throw;
        }

        run = await Ended(run with { Step = Volatile.Read(ref step) }, working, stop);
        await runs.Keep(run, stop);
        return run;
    }

    private async Task<TrainingRun> Ended(TrainingRun run, Task<TrainingRun> working, CancellationToken stop)
    {
        try { return (await working) with { Updated = time.GetUtcNow() }; }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return run with { Status = TrainingStatus.Cancelled, Updated = time.GetUtcNow() };
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException)
        {
            // The data are such that a model came out that is none. Trying again would end the same.
            return run with { Status = TrainingStatus.Failed, Became = "what was learned is not usable as a model; look at the catalogue and at what is sent as events", Updated = time.GetUtcNow() };
        }
    }

    private async Task<TrainingRun> Work(TrainingRun run, Action<string> tell, CancellationToken stop)
    {
        var at = time.GetUtcNow();
        run = run with { Rankers = await rankers.Run(at, (ulong)options.Seed, tell, stop) };
        var data = await gathering.Run(at, tell, stop);
        var champion = (await rollouts.Now(stop)).Model;
        var recipe = await rollouts.Registry.Find(champion, stop) is { } card && card.Facts.Parameters.TryGetValue(Facts.Recipe, out var text) ? Recipe.Parse(text) : null;
        var trainer = new Trainer(new HoldLast(options.Held), (ulong)options.Seed, options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount / 2)) { MostBytes = (long)options.MostSquareMegabytes << 20 };
        var trained = await Task.Run(() => trainer.Run(NameOf(at), at, data, recipe, tell, stop), stop);
        if (trained is null) return run with { Status = TrainingStatus.NothingToLearn, Step = "there is nobody to learn from: nobody who allows training met an item of the catalogue lately" };
        await runs.Keep(run.Id, trained.NewItems, stop);
        await runs.Keep(run.Id, trained.AllItems, stop);
        tell("registering");
        await runs.Keep(trained.Model.Name, Picture.Of(data, new Served(trained.Model, data.Keys), at.ToUnixTimeSeconds()), stop);
        await rollouts.Registry.Keep(trained.Model, Facts.Of(trained, data, (ulong)options.Seed, champion, codeVersion), stop);
        return run with { Status = TrainingStatus.Completed, Step = "done", Model = trained.Model.Name, Recipe = trained.Recipe.ToString(), Became = await Promote(trained.Model.Name, run.Cause, stop) };
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

    private static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", System.Globalization.CultureInfo.InvariantCulture);
}
