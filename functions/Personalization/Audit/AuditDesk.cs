using Personalization.Identity;

namespace Personalization.Audit;

/// <summary>What auditors ask of the log, and how it is kept in order.</summary>
public sealed class AuditDesk(AuditLog log, AuditReader reader, AuditProofs proofs, Checkpoints checkpoints, SigningKeys keys)
{
    public ValueTask<long> Size(CancellationToken stop) => proofs.Size(stop);

    /// <summary>The newest checkpoint, or the one of a number; null where there is no such.</summary>
    public async ValueTask<Checkpoint?> Checkpoint(long? number, CancellationToken stop) =>
        number is { } n ? await checkpoints.Find(n, stop) : await checkpoints.Make(stop);

    /// <summary>Against the newest checkpoint where no size is asked for; then the answer says who signed.</summary>
    public async ValueTask<InclusionProof> Inclusion(long index, long? size, CancellationToken stop)
    {
        if (size is { } asked) return await proofs.Inclusion(index, asked, stop);
        var checkpoint = await checkpoints.Make(stop);
        var proof = await proofs.Inclusion(index, checkpoint.Size, stop);
        return proof with { Checkpoint = checkpoint, Key = (await keys.Published(stop)).FirstOrDefault(k => k.Id == checkpoint.Key) };
    }

    public ValueTask<ConsistencyProof> Consistency(long from, long to, CancellationToken stop) => proofs.Consistency(from, to, stop);

    public ValueTask<FoundEntries> Entries(AuditFilter filter, Subject? subject, long from, int max, CancellationToken stop) => reader.Find(filter, subject, from, max, stop);

    public ValueTask<IReadOnlyList<PublishedKey>> Keys(CancellationToken stop) => keys.Published(stop);

    /// <summary>What has to be done from time to time: keys, segments that could not be sealed, a checkpoint.</summary>
    public async ValueTask Upkeep(CancellationToken stop)
    {
        await keys.Upkeep(stop);
        await log.End.ReadOn(stop);
        await log.Sealer.Run(stop);
        await checkpoints.Make(stop);
    }
}
