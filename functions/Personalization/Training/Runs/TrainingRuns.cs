using System.Text.Json;
using Personalization.Privacy.Proving;
using Personalization.Storage;
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

    public static string NewId(DateTimeOffset at) => Findings.Newest(at);

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

    /// <summary>Asks a run to stop; it looks every few seconds.</summary>
    public ValueTask Cancel(string id, CancellationToken stop) => Put(Cancels, id, "{}"u8.ToArray(), stop);

    public async ValueTask<bool> IsCancelled(string id, CancellationToken stop) => (await documents.Get(Store, Cancels, id, stop)).Status != Status.NotFound;

    private async ValueTask Put(string partition, string id, ReadOnlyMemory<byte> body, CancellationToken stop) =>
        (await documents.Put(Store, partition, id, body, Condition.None, null, stop)).Required(Store);
}
