using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Consent;

/// <summary>
/// The rows of this process on their way into the ledger, a partition for each UTC day under a name drawn at random, so
/// that no two processes write to one. One caller at a time.
/// </summary>
public sealed class EvaluationLedger(ILedger ledger)
{
    public static readonly Store Store = new(
        "evaluations", StoreKind.Ledger, "compliance", "Shows auditors how consent was applied, from a sample that names nobody",
        Sensitivity.Aggregate, null, "the UTC day and a random name of the process", SubjectKey.None);

    private readonly List<EvaluationRow> pending = [];
    private string process = Name();
    private string partition = "";
    private long next;

    public int Pending => pending.Count;

    public void Add(IEnumerable<EvaluationRow> rows) => pending.AddRange(rows);

    /// <summary>Appends day by day. An append whose answer was lost is repeated with the same bytes at the same place, which changes nothing.</summary>
    public async ValueTask Write(CancellationToken stop)
    {
        while (pending.Count > 0)
        {
            var day = pending[0].At.UtcDateTime.Date;
            var run = pending.TakeWhile(r => r.At.UtcDateTime.Date == day).ToList();
            var name = $"{day:yyyyMMdd}-{process}";
            if (name != partition) (partition, next) = (name, 0);
            var appended = await ledger.Append(Store, partition, next, [.. run.Select(r => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(r, Stored.Default.EvaluationRow))], stop);
            if (appended.Status == Status.Conflict)
            {
                // The clock went back over midnight; the next write begins the day again under another name.
                process = Name();
                return;
            }

            if (!appended.Ok) return;
            next = appended.Value;
            pending.RemoveRange(0, run.Count);
        }
    }

    private static string Name() => RandomNumberGenerator.GetHexString(16, lowercase: true);
}
