using System.Security.Cryptography;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// The secret of each subject in the log: 32 random bytes in a store of their own. It is read for every entry and never
/// remembered, because a secret that lives on in some process's memory is not destroyed.
/// </summary>
public sealed class AuditKeys(IDocuments documents)
{
    public static readonly Store Store = new(
        "auditkeys", StoreKind.Documents, "compliance", "Opens what the audit log says of one person; destroying it erases that for good",
        Sensitivity.Pseudonymous, null, "the subject", SubjectKey.Partition);

    private const string Id = "key";

    private readonly Tombstones tombstones = new(documents);

    /// <summary>The subject's key, made now if there is none; null for somebody who was erased.</summary>
    public async ValueTask<PersonalKey?> Of(Subject subject, CancellationToken stop)
    {
        if (await Find(subject, stop) is { } known) return known;
        if (await tombstones.Stands(subject, stop)) return null;
        var secret = RandomNumberGenerator.GetBytes(PersonalKey.SecretBytes);
        var put = await documents.Put(Store, subject.ToString(), Id, secret, Condition.Absent, null, stop);
        if (put.Ok) return new(secret);
        if (put.Status != Status.Conflict) put.Required(Store);
        return await Find(subject, stop) ?? throw new StoreUnavailableException(Store.Name, Status.Conflict);
    }

    /// <summary>Null where there is none, or none any more.</summary>
    public async ValueTask<PersonalKey?> Find(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Store, subject.ToString(), Id, stop);
        return found.Status == Status.NotFound ? null : new(found.Required(Store).Body.Span);
    }

    /// <summary>
    /// Makes everything the log says of this subject unreadable and its entries nobody's. Can be repeated. A fact told about
    /// the subject while the tombstone stands is told about nobody.
    /// </summary>
    public async ValueTask Destroy(Subject subject, CancellationToken stop)
    {
        var deleted = await documents.Delete(Store, subject.ToString(), Id, Condition.None, stop);
        if (deleted.Status != Status.NotFound) deleted.Required(Store);
    }
}
