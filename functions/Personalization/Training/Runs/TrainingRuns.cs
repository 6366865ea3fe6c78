using System.Text.Json;
using Personalization.Privacy.Proving;
using Personalization.Storage;
using Personalization.Training.Drifting;
using Personalization.Training.Evaluating;

namespace Personalization.Training.Runs;

/// <summary>Training runs and what their models were found to be worth, for whoever watches them: the newest first.</summary>
public sealed class TrainingRuns(IDocuments documents)
{
    public static readonly Store Store = new(
        "training", StoreKind.Documents, "training", "Says of each training run how it stands and what its model is worth; figures over all, and nothing of anybody",
        Sensitivity.Aggregate, TimeSpan.FromDays(90), "what it is about", SubjectKey.None);

    private const string Runs = "runs";
    private const string Reports = "reports";
    private const string Cancels = "cancels";
    private const string Pictures = "pictures";
    private const string Drifts = "drift";
    private const int MostStale = 5;

    public static string NewId(DateTimeOffset at) => Findings.Newest(at);

    /// <summary>Notes that a run is begun; the same may be begun twice. Another that seems to run was given up: there is one at a time.</summary>
    public async ValueTask<TrainingRun> Begin(string id, string cause, DateTimeOffset now, CancellationToken stop)
    {
        if (await Find(id, stop) is { } known) return known;
        foreach (var other in await Newest(MostStale, stop))
            if (!other.IsOver) await Keep(other with { Status = TrainingStatus.Failed, Became = "given up after it had failed again and again; the log says why", Updated = now }, stop);
        var run = new TrainingRun(id, cause, TrainingStatus.Running, now, now, "waiting to begin");
        await Keep(run, stop);
        return run;
    }

    public async ValueTask<TrainingRun?> Find(string id, CancellationToken stop)
    {
        var found = await documents.Get(Store, Runs, id, stop);
        return found.Status == Status.NotFound ? null : Stored.Read(found.Required(Store).Body, Stored.Default.TrainingRun);
    }

    public async ValueTask<IReadOnlyList<TrainingRun>> Newest(int max, CancellationToken stop) =>
        [.. (await documents.List(Store, Runs, null, max, stop)).Required(Store).Items.Select(d => Stored.Read(d.Body, Stored.Default.TrainingRun)).OfType<TrainingRun>()];

    public ValueTask Keep(TrainingRun run, CancellationToken stop) => Put(Runs, run.Id, JsonSerializer.SerializeToUtf8Bytes(run, Stored.Default.TrainingRun), stop);

    /// <param name="asked">As reports say it: newItems or allItems.</param>
    public async ValueTask<EvaluationReport?> Report(string id, string asked, CancellationToken stop)
    {
        var found = await documents.Get(Store, Reports, $"{id}-{asked}", stop);
        return found.Status == Status.NotFound ? null : Stored.Read(found.Required(Store).Body, Stored.Default.EvaluationReport);
    }

    public ValueTask Keep(string id, EvaluationReport report, CancellationToken stop) =>
        Put(Reports, $"{id}-{report.Asked}", JsonSerializer.SerializeToUtf8Bytes(report, Stored.Default.EvaluationReport), stop);

    /// <summary>Of the people a model was trained on; null where none was taken.</summary>
    public async ValueTask<Picture?> Picture(string model, CancellationToken stop)
    {
        var found = await documents.Get(Store, Pictures, model, stop);
        return found.Status == Status.NotFound ? null : Stored.Read(found.Required(Store).Body, Stored.Default.Picture);
    }

    public ValueTask Keep(string model, Picture picture, CancellationToken stop) => Put(Pictures, model, JsonSerializer.SerializeToUtf8Bytes(picture, Stored.Default.Picture), stop);

    /// <summary>The last look at drift; null before the first.</summary>
    public async ValueTask<DriftFinding?> Drift(CancellationToken stop)
    {
        var found = await documents.Get(Store, Drifts, Drifts, stop);
        return found.Status == Status.NotFound ? null : Stored.Read(found.Required(Store).Body, Stored.Default.DriftFinding);
    }

    public ValueTask Keep(DriftFinding finding, CancellationToken stop) => Put(Drifts, Drifts, JsonSerializer.SerializeToUtf8Bytes(finding, Stored.Default.DriftFinding), stop);

    /// <summary>Asks a run to stop; it looks every few seconds.</summary>
    public ValueTask Cancel(string id, CancellationToken stop) => Put(Cancels, id, "{}"u8.ToArray(), stop);

    public async ValueTask<bool> IsCancelled(string id, CancellationToken stop) => (await documents.Get(Store, Cancels, id, stop)).Status != Status.NotFound;

    private async ValueTask Put(string partition, string id, ReadOnlyMemory<byte> body, CancellationToken stop) =>
        (await documents.Put(Store, partition, id, body, Condition.None, null, stop)).Required(Store);
}
