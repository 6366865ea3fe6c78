using Personalization.Models.Rollouts;
using Personalization.Training.Choosing;

namespace Personalization.Training.Runs;

/// <summary>A run that tries a grid of recipes and takes the best.</summary>
internal sealed class GridTraining(Gathering gathering, RolloutDesk rollouts, Registering registering, RunOptions options, string codeVersion, TimeProvider time)
{
    public async Task<TrainingRun> Work(TrainingRun run, Action<string> tell, CancellationToken stop)
    {
        var at = time.GetUtcNow();
        var data = await gathering.Run(at, tell, stop);
        var champion = (await rollouts.Now(stop)).Model;
        var recipe = await rollouts.Registry.Find(champion, stop) is { } card && card.Facts.Parameters.TryGetValue(Facts.Recipe, out var text) ? Recipe.Parse(text) : null;
        var trainer = new Trainer(new HoldLast(options.Held), (ulong)options.Seed, options.Processors) { MostBytes = (long)options.MostSquareMegabytes << 20 };
        var trained = await Task.Run(() => trainer.Run(Registering.NameOf(at), at, data, recipe, tell, stop), stop);
        if (trained is null) return run.WithNobody();
        tell("registering");
        return await registering.Of(run with { NewItems = trained.Placed.New }, trained.Model, Facts.Of(trained, data, (ulong)options.Seed, champion, codeVersion), [trained.NewItems, trained.AllItems], data, stop);
    }
}
