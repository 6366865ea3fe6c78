using System.Globalization;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// The chain of checkpoints, a document each, written only where there is none: two who make the next at once cannot both
/// succeed. What does not continue the newest one is never signed.
/// </summary>
public sealed class Checkpoints(IDocuments documents, AuditLog log, AuditProofs proofs, SigningKeys keys, TimeProvider time)
{
    public static readonly Store Store = new(
        "auditcheckpoints", StoreKind.Documents, "compliance", "Keeps what was signed of the audit log: its size and hash at each time",
        Sensitivity.Public, null, "one partition for all checkpoints", SubjectKey.None);

    private const string Partition = "checkpoints";

    private Checkpoint? newest;

    /// <summary>Null where there is no such.</summary>
    public async ValueTask<Checkpoint?> Find(long number, CancellationToken stop)
    {
        var found = await documents.Get(Store, Partition, number.ToString("D12", CultureInfo.InvariantCulture), stop);
        if (found.Status == Status.NotFound) return null;
        return Stored.Read(found.Required(Store).Body, Stored.Default.Checkpoint) ?? throw new InvalidDataException($"Checkpoint {number} of the audit log is damaged.");
    }

    /// <summary>The newest one, which is made now if entries came since. What is behind it is in the log.</summary>
    /// <exception cref="InvalidDataException">The log is not what was signed before.</exception>
    public async ValueTask<Checkpoint> Make(CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await Newest(stop);
            // Where clocks differ, or one was wrong for a while, the chain's own time decides: it never goes back.
            var now = time.GetUtcNow();
            var (key, signer) = await keys.Current(before?.Time > now ? before.Time : now, stop);
            await log.End.ReadOn(stop);
            var (size, root) = log.End.Now();
            if (before is not null) await RequireContinued(before, size, stop);
            if (before?.Size == size) return before;
            var made = new Checkpoint(
                (before?.Number ?? -1) + 1, await keys.Origin(stop), size, $"{root}", Latest(time.GetUtcNow(), key.SignsFrom, before?.Time), before?.Hash() ?? "", key.Id, "").Sign(signer);
            var put = await documents.Put(Store, Partition, made.Number.ToString("D12", CultureInfo.InvariantCulture), JsonSerializer.SerializeToUtf8Bytes(made, Stored.Default.Checkpoint), Condition.Absent, null, stop);
            if (put.Ok) return newest = made;
            if (put.Status != Status.Conflict) put.Required(Store);
            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    /// <summary>
    /// The last of the chain, looked for from the last one known: numbers have no gap, so twice as far each time finds one
    /// that is missing, and halving finds the end.
    /// </summary>
    public async ValueTask<Checkpoint?> Newest(CancellationToken stop)
    {
        var last = newest;
        var (there, step) = (last?.Number ?? -1, 1L);
        while (await Find(there + step, stop) is { } found) (last, there, step) = (found, found.Number, step * 2);
        for (var missing = there + step; missing - there > 1;)
        {
            var middle = there + ((missing - there) / 2);
            if (await Find(middle, stop) is { } found) (last, there) = (found, middle);
            else missing = middle;
        }

        return newest = last;
    }

    private async ValueTask RequireContinued(Checkpoint before, long size, CancellationToken stop)
    {
        if (before.Size > size) throw new InvalidDataException($"The audit log has {size} entries, and checkpoint {before.Number} says {before.Size}.");
        if ($"{await proofs.Root(before.Size, stop)}" != before.Root) throw new InvalidDataException($"The audit log does not have the hash that checkpoint {before.Number} says.");
    }

    private static DateTimeOffset Latest(DateTimeOffset now, DateTimeOffset from, DateTimeOffset? before)
    {
        var latest = now > from ? now : from;
        if (before > latest) latest = before.Value;
        return DateTimeOffset.FromUnixTimeMilliseconds(latest.ToUnixTimeMilliseconds());
    }
}
