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

/// <summary>A sampled evaluation as it is kept.</summary>
public sealed record EvaluationRow(
    DateTimeOffset At, string Outcome, string Class, IReadOnlyList<string> Needed, IReadOnlyList<string> Granted, int PolicyVersion, string? Region)
{
    private static readonly string[] Outcomes = ["allowed", "stripped", "denied"];
    private static readonly string[] Classes = ["interaction", "exposure", "purchase", "search", "location", "crossDevice", "thirdParty", "training", "messaging"];

    public static EvaluationRow Of(DateTimeOffset at, in Evaluation e, int policyVersion) => new(
        at, Name(e.Outcome), Name(e.Class), PurposeNames.Of(e.Needed), PurposeNames.Of(e.Granted), policyVersion, e.Region == Consent.Region.Unknown ? null : e.Region.ToString());

    public static string Name(EvaluationOutcome outcome) => (int)outcome < Outcomes.Length ? Outcomes[(int)outcome] : "other";

    public static string Name(SignalClass c) => (int)c < Classes.Length ? Classes[(int)c] : "other";
}
