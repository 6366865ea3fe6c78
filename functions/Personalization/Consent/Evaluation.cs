using System.Globalization;
using Personalization.Audit;

namespace Personalization.Consent;

/// <summary>One decision over one piece of data, without any trace of whose it was.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Class">What kind of data it was.</param>
/// <param name="Granted">What was granted at that moment.</param>
/// <param name="Region">Whose law held for silence.</param>
public readonly record struct Evaluation(EvaluationOutcome Outcome, SignalClass Class, Purposes Granted, Region Region)
{
    public Purposes Needed => ConsentMatrix.Needs(Class);

    public Purposes Missing => Needed & ~Granted;
}

public enum EvaluationOutcome : byte
{
    Allowed,

    /// <summary>Went on without what was not allowed.</summary>
    Stripped,

    Denied,
}

/// <summary>A sampled evaluation as the audit log is told of it.</summary>
public static class EvaluationFact
{
    private static readonly string[] Outcomes = ["allowed", "stripped", "denied"];
    private static readonly string[] Classes = ["interaction", "exposure", "purchase", "search", "location", "crossDevice", "thirdParty", "training", "messaging"];

    public static AuditFact Of(DateTimeOffset at, in Evaluation e, int policyVersion)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["at"] = at.ToString("O", CultureInfo.InvariantCulture), ["outcome"] = Name(e.Outcome), ["class"] = Name(e.Class), ["needed"] = string.Join(' ', PurposeNames.Of(e.Needed)),
            ["granted"] = string.Join(' ', PurposeNames.Of(e.Granted)), ["policyVersion"] = policyVersion.ToString(CultureInfo.InvariantCulture),
        };
        if (e.Region != Region.Unknown) said["region"] = e.Region.ToString();
        return new(AuditTypes.PolicyEvaluated, null, said);
    }

    public static string Name(EvaluationOutcome outcome) => (int)outcome < Outcomes.Length ? Outcomes[(int)outcome] : "other";

    public static string Name(SignalClass c) => (int)c < Classes.Length ? Classes[(int)c] : "other";
}
