using System.Collections.Frozen;

namespace Personalization.Audit;

/// <summary>Everything that is told to the audit log. What is not declared here is refused.</summary>
public static class AuditTypes
{
    public const string ConsentChanged = "consent-changed";
    public const string PolicyEvaluated = "policy-evaluated";
    public const string VaultRead = "vault-read";
    public const string Merged = "merged";
    public const string Unmerged = "unmerged";
    public const string Quarantined = "quarantined";
    public const string Erased = "erased";
    public const string Exported = "exported";
    public const string RulesPromoted = "rules-promoted";
    public const string ModelPromoted = "model-promoted";
    public const string SaltCreated = "salt-created";
    public const string SaltRotated = "salt-rotated";
    public const string SaltDestroyed = "salt-destroyed";
    public const string StaffAction = "staff-action";
    public const string KeyCreated = "key-created";
    public const string KeyRetired = "key-retired";
    public const string Reviewed = "reviewed";
    public const string RetentionProved = "retention-proved";
    public const string DrillEnded = "drill-ended";
    public const string ExperimentsPromoted = "experiments-promoted";
    public const string CampaignsPromoted = "campaigns-promoted";
    public const string RankersPromoted = "rankers-promoted";
    public const string BudgetRenewed = "budget-renewed";

    /// <summary>In an order that stays: the place of a type is its bit in the summary of a segment. New ones go to the end.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        ConsentChanged, PolicyEvaluated, VaultRead, Merged, Unmerged, Quarantined, Erased, Exported, RulesPromoted, ModelPromoted,
        SaltCreated, SaltRotated, SaltDestroyed, StaffAction, KeyCreated, KeyRetired, Reviewed, RetentionProved, DrillEnded,
        ExperimentsPromoted, CampaignsPromoted, RankersPromoted, BudgetRenewed,
    ];

    private static readonly FrozenDictionary<string, int> Places = All.Index().ToFrozenDictionary(t => t.Item, t => t.Index);

    public static bool Declared(string type) => Places.ContainsKey(type);

    /// <summary>The type's bit; 0 for what this version does not know.</summary>
    public static ulong Bit(string type) => Places.TryGetValue(type, out var place) ? 1UL << place : 0;
}
