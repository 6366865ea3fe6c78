using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Consent;

/// <summary>
/// One version of the consent policy, kept for good: what a ledger row means by its policy version must stay the same.
/// </summary>
public sealed record PolicyRecord(int Version, string Digest, string Content)
{
    public static readonly Store Store = new(
        "policies", StoreKind.Documents, "compliance", "Keeps what each version of a policy said, so that no version ever says two things",
        Sensitivity.Public, null, "the kind of policy", SubjectKey.None);

    private const string Partition = "consent";

    /// <summary>Null when this version is new or is kept with the same content, else what to do about it.</summary>
    public static async ValueTask<string?> Fault(ConsentPolicy policy, IDocuments documents, CancellationToken stop)
    {
        var digest = policy.Digest();
        var body = JsonSerializer.SerializeToUtf8Bytes(new(policy.Version, digest, policy.Content()), Stored.Default.PolicyRecord);
        var put = await documents.Put(Store, Partition, $"{policy.Version}", body, Condition.Absent, null, stop);
        if (put.Ok) return null;
        if (put.Status != Status.Conflict) put.Required(Store);
        var kept = Stored.Read((await documents.Get(Store, Partition, $"{policy.Version}", stop)).Required(Store).Body, Stored.Default.PolicyRecord);
        return kept?.Digest == digest ? null : $"Version {policy.Version} of the consent policy is already kept with other regional defaults; raise Consent__PolicyVersion";
    }
}
