using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Training.Runs;

namespace Personalization.Functions.Workflows;

/// <summary>A training run. One at a time, whoever begins it; after a crash it is begun again.</summary>
internal static class TrainWorkflow
{
    /// <summary>The only instance there is.</summary>
    public const string Instance = "training";

    private static readonly Activity<TrainingStart, TrainingStatus> Train = new("TrainStep", Json.Default.TrainingStart, Json.Default.TrainingStatus);

    private static readonly Retry Patient = new(Attempts: 5, First: TimeSpan.FromSeconds(10), Backoff: 4, Longest: TimeSpan.FromMinutes(10));

    public static readonly Workflow<TrainingStart, TrainingStatus> Workflow = new("TrainModel", Json.Default.TrainingStart, Json.Default.TrainingStatus, (flow, start) => flow.Call(Train, start, Patient));

    public static IEnumerable<Function> Functions(TrainingDesk desk) =>
        [Workflow.Function(), Train.Does(async (start, stop) => (await desk.Run(start.Id, start.Cause, _ => { }, stop)).Status)];

    /// <summary>Null where one runs already.</summary>
    public static async ValueTask<TrainingRun?> Start(TrainingDesk desk, IWorkflows workflows, string cause, TimeProvider time, CancellationToken stop)
    {
        var id = TrainingRuns.NewId(time.GetUtcNow());
        return await workflows.Start(Workflow, Instance, new(id, cause), stop) ? await desk.Begin(id, cause, stop) : null;
    }
}

/// <param name="Id">The run.</param>
/// <param name="Cause">Why it was begun.</param>
internal sealed record TrainingStart(string Id, string Cause);
