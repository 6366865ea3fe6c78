using System.Globalization;
using Personalization.Training.Choosing;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Training.Runs;

/// <summary>
/// A run that learns one private model. What it costs is noted once all else is in memory and before noise is drawn. Whoever dies or
/// gives up after that has paid for a model that nobody will ever see; a run that is begun again pays again.
/// </summary>
internal sealed class PrivateTraining(Gathering gathering, RenewableBudget budget, Registering registering, RunOptions options, string codeVersion, TimeProvider time)
{
    /// <summary>What is noted of a model; its name follows.</summary>
    public const string Model = "model ";

    /// <summary>A run pays no more often. What ends two would end a third, and a whole budget goes in days where each run is begun again five times.</summary>
    private const int MostPaid = 2;

    public async Task<TrainingRun> Work(TrainingRun run, Action<string> tell, CancellationToken stop)
    {
        // So that nobody is read for nothing; what counts is the note below.
        if (await budget.Show(stop) is not { } state) return Broken(run);
        if (state.Paid(Model).Count(at => at >= run.Started) >= MostPaid) return PaidFor(run);
        if (state.Models == 0) return Spent(run, state.Most.Rho - state.Spent.Rho);
        var at = time.GetUtcNow();
        var data = await gathering.Run(at, tell, stop);
        if (data.Meetings.Count == 0) return run.WithNobody();
        if (data.Drawn) return TooMany(run);
        tell("noting what a private model costs");
        return await budget.Note(Model + Registering.NameOf(at), budget.Options.Cost, stop) switch
        {
            Noted.Permitted permitted => await Learn(run, at, data, permitted.Permit, tell, stop),
            Noted.Refused refused => Spent(run, refused.Left.Value),
            _ => Broken(run),
        };
    }

    private async Task<TrainingRun> Learn(TrainingRun run, DateTimeOffset at, TrainingData data, Permit permit, Action<string> tell, CancellationToken stop)
    {
        var trainer = new PrivateTrainer(budget.Options, new HoldLast(options.Held), (ulong)options.Seed, options.Processors);
        var trained = await Task.Run(() => trainer.Run(Registering.NameOf(at), at, data, permit, tell, stop), stop);
        tell("registering");
        var done = await registering.Of(run, trained.Model, Facts.Of(trained, data, options.Seed, codeVersion), [trained.NewItems, trained.AllItems], data, stop);
        // For whoever watches what is left.
        await budget.Show(stop);
        return done;
    }

    private TrainingRun Spent(TrainingRun run, double left) => run with
    {
        Status = TrainingStatus.BudgetSpent, Step = "nothing was learned",
        Became = string.Create(
            CultureInfo.InvariantCulture,
            $"the privacy budget does not pay for another model: rho {budget.Options.Cost.Value:0.####} is needed, {Math.Max(0, left):0.####} is left; what serves stays. GET /training/budget shows it, POST /training/budget/renew begins another, a smaller Training__Private__Epsilon costs less"),
    };

    private static TrainingRun Broken(TrainingRun run) => run with
    {
        Status = TrainingStatus.Failed, Step = "nothing was learned", Became = "the book of the privacy budget cannot be read, so nobody knows what is left; restore the store privacybudgets from a backup",
    };

    private static TrainingRun PaidFor(TrainingRun run) => run with
    {
        Status = TrainingStatus.Failed, Step = "nothing more was learned", Became = "two models were paid for and something ended the run each time before it was over; the log says what. Mend it, then POST /training",
    };

    /// <summary>How many are drawn would hang on how many there are, and one person more would change half of all.</summary>
    private static TrainingRun TooMany(TrainingRun run) => run with
    {
        Status = TrainingStatus.Failed, Step = "nothing was learned", Became = "there are more people than Training__MostPeople, and a private model is learned from all of them; raise it. Nothing was paid",
    };
}
