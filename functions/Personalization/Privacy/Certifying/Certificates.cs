using System.Text.Json;
using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Storage;

namespace Personalization.Privacy.Certifying;

/// <summary>
/// Issues certificates, one for each request. First the signed text is stored, then the audit log is told of it, then the proof
/// of that is added; whoever is stopped in between goes on with the same text.
/// </summary>
public sealed class Certificates(
    IDocuments documents, AuditLog log, AuditReader reader, AuditProofs proofs, Checkpoints checkpoints, SigningKeys keys, TimeProvider time)
{
    public static readonly Store Store = new(
        "certificates", StoreKind.Documents, "compliance", "Proves for each erasure what was deleted, without saying of whom",
        Sensitivity.Public, null, "the request", SubjectKey.None);

    private const string Whole = "certificate";
    private const string Begun = "draft";
    private const int PageSize = 100;

    /// <summary>The certificate of a request; null where there is none, or not yet.</summary>
    public async ValueTask<ErasureCertificate?> Find(string request, CancellationToken stop)
    {
        var found = await documents.Get(Store, request, Whole, stop);
        if (found.Status == Status.NotFound) return null;
        return Stored.Read(found.Required(Store).Body, Stored.Default.ErasureCertificate) ?? throw new InvalidDataException("A certificate is damaged.");
    }

    /// <summary>The certificate of the facts' request: the one there is, or one made of these facts now.</summary>
    public async ValueTask<ErasureCertificate> Issue(CertificateFacts facts, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Find(facts.Request, stop) is { } issued) return issued;
            var (draft, etag) = await Draft(facts, stop);
            var index = await Told(draft, stop) ?? await log.Append(FactOf(draft.Certificate), stop);
            if (await Proven(draft.Certificate, index, stop) is { } whole)
            {
                var put = await documents.Put(Store, facts.Request, Whole, whole.File(), Condition.Absent, null, stop);
                if (put.Ok) return whole;
                if (put.Status != Status.Conflict) put.Required(Store);
            }
            else await Drop(facts.Request, etag, stop);

            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    private async ValueTask<(CertificateDraft Draft, Etag Etag)> Draft(CertificateFacts facts, CancellationToken stop)
    {
        var found = await documents.Get(Store, facts.Request, Begun, stop);
        if (found.Status != Status.NotFound)
            return (Stored.Read(found.Required(Store).Body, Stored.Default.CertificateDraft) ?? throw new InvalidDataException("The draft of a certificate is damaged."), found.Value.Etag);
        var now = time.GetUtcNow();
        var (key, signer) = await keys.Current(now, stop);
        var draft = new CertificateDraft(ErasureCertificate.Sign(facts, now, key, signer), await proofs.Size(stop));
        var put = await documents.Put(Store, facts.Request, Begun, JsonSerializer.SerializeToUtf8Bytes(draft, Stored.Default.CertificateDraft), Condition.Absent, null, stop);
        // Somebody else began it at the same time, and theirs is the one.
        return put.Status == Status.Conflict ? await Draft(facts, stop) : (draft, put.Required(Store));
    }

    /// <summary>Where in the log an earlier attempt told of it.</summary>
    private async ValueTask<long?> Told(CertificateDraft draft, CancellationToken stop)
    {
        var digest = draft.Certificate.Digest();
        for (long? from = draft.LogSize; from is { } at;)
        {
            var page = await reader.Find(new(AuditTypes.Erased, null, null, null), null, at, PageSize, stop);
            if (page.Entries.FirstOrDefault(e => e.Open.GetValueOrDefault(CertificateFile.Digest) == digest) is { } told) return told.Index;
            from = page.Next;
        }

        return null;
    }

    /// <summary>Null where the log's keys changed meanwhile: one key is to answer for all of a certificate.</summary>
    private async ValueTask<ErasureCertificate?> Proven(ErasureCertificate draft, long index, CancellationToken stop)
    {
        var checkpoint = await checkpoints.Make(stop);
        if (checkpoint.Key != draft.Key.Id) return null;
        var entries = await reader.Segment(index / SegmentTile.Leaves, stop);
        return draft with
        {
            Entry = Convert.ToBase64String(entries[(int)(index % SegmentTile.Leaves)].Entry.Span),
            Proof = await proofs.Inclusion(index, checkpoint.Size, stop) with { Checkpoint = checkpoint },
        };
    }

    private async ValueTask Drop(string request, Etag etag, CancellationToken stop)
    {
        var deleted = await documents.Delete(Store, request, Begun, Condition.Matches(etag), stop);
        if (deleted.Status is not (Status.NotFound or Status.Conflict)) deleted.Required(Store);
    }

    private static AuditFact FactOf(ErasureCertificate certificate) => new(AuditTypes.Erased, null, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [CertificateFile.Digest] = certificate.Digest(), [CertificateFile.Request] = certificate.Facts.Request,
    });
}

/// <summary>A certificate that the log has still to be told of.</summary>
/// <param name="Certificate">Signed, and without its proof.</param>
/// <param name="LogSize">How many entries the log had before.</param>
public sealed record CertificateDraft(ErasureCertificate Certificate, long LogSize);
