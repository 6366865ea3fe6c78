using Personalization.Models.Rollouts;
using Personalization.Training.Ordering;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Training.Runs;

/// <summary>
/// Carries out training runs. A run is done in one go and holds what people met in memory only; one that a crash cut off is begun
/// again. Order comes into force as soon as it is learned; until the model is registered and promoted nothing else that serves has changed.
/// </summary>
public sealed class TrainingDesk
{
    /// <summary>Whose privacy private models are paid for with: all who have a profile.</summary>
    public const string Dataset = "profiles";

    private const int Last = 20;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly TrainingRuns runs;
    private readonly RunOptions options;
    private readonly TimeProvider time;
    private readonly RankerDesk rankers;
    private readonly Func<TrainingRun, Action<string>, CancellationToken, Task<TrainingRun>> model;

    public TrainingDesk(TrainingRuns runs, Gathering gathering, RankerDesk rankers, RolloutDesk rollouts, RenewableBudget budget, RunOptions options, string codeVersion, TimeProvider time)
    {
        (this.runs, this.rankers, this.options, this.time, Budget) = (runs, rankers, options, time, budget);
        var registering = new Registering(runs, rollouts, options);
        model = options.Private.On
            ? new PrivateTraining(gathering, budget, registering, options, codeVersion, time).Work
            : new GridTraining(gathering, rollouts, registering, options, codeVersion, time).Work;
    }

    public TrainingRuns Runs => runs;

    /// <summary>What private models are paid from.</summary>
    public RenewableBudget Budget { get; }

    /// <summary>Whether runs learn private models only.</summary>
    public bool IsPrivate => options.Private.On;

    /// <summary>Whether a run may begin that nobody asked for.</summary>
    public async ValueTask<bool> IsDue(CancellationToken stop)
    {
        if (!IsPrivate) return true;
        // Also for whoever watches what is left. Where it cannot be read a run begins, pays nothing and says so.
        var state = await Budget.Show(stop);
        return options.Private.IsDue(await runs.Newest(Last, stop), state?.Paid(PrivateTraining.Model).Max(at => (DateTimeOffset?)at), time.GetUtcNow());
    }

    public ValueTask<TrainingRun> Begin(string id, string cause, CancellationToken stop) => runs.Begin(id, cause, time.GetUtcNow(), stop);

    /// <summary>Does a run from beginning to end; one that is over stays as it is.</summary>
    /// <param name="id">Which.</param>
    /// <param name="cause">Why it was begun.</param>
    /// <param name="tell">Told what is being done.</param>
    /// <param name="stop">Gives up; the run is begun again by whoever asks for it again.</param>
    public async ValueTask<TrainingRun> Run(string id, string cause, Action<string> tell, CancellationToken stop)
    {
        var run = await Begin(id, cause, stop);
        if (run.IsOver) return run;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var (step, order) = (run.Step, run.Rankers);
        var working = Work(
            run,
            found => Volatile.Write(ref order, found),
            said =>
            {
                Volatile.Write(ref step, said);
                tell(said);
            },
            cancel.Token);
        try
        {
            while (await Task.WhenAny(working, Task.Delay(Look, time, stop)) != working)
            {
                stop.ThrowIfCancellationRequested();
                run = run with { Step = Volatile.Read(ref step), Rankers = Volatile.Read(ref order), Updated = time.GetUtcNow() };
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

        run = await Ended(run with { Step = Volatile.Read(ref step), Rankers = Volatile.Read(ref order) }, working, stop);
        await runs.Keep(run, stop);
        return run;
    }

    /// <summary>Order, then the model. What became of order is told at once, because it is in force whatever becomes of the model.</summary>
    private async Task<TrainingRun> Work(TrainingRun run, Action<IReadOnlyList<RankerFinding>?> ordered, Action<string> tell, CancellationToken stop)
    {
        var found = await rankers.Run(time.GetUtcNow(), (ulong)options.Seed, tell, stop);
        ordered(found);
        return await model(run with { Rankers = found }, tell, stop);
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
}
