namespace Personalization.Consent;

/// <summary>
/// One decision of a person as it is kept, word for word, for good: what they said, where, under which notice and policy.
/// The ledger's partition is the subject; nothing in a row says who that is.
/// </summary>
/// <param name="At">When it was taken.</param>
/// <param name="Source">Where it was said, by the frontend's name for it.</param>
/// <param name="NoticeVersion">What they had been told.</param>
/// <param name="PolicyVersion">The regional defaults then.</param>
/// <param name="Region">Where they were, if that was said.</param>
/// <param name="Granted">Purposes that got a yes and no no.</param>
/// <param name="Denied">Purposes that got a no.</param>
/// <param name="Signals">Which signals took part: gpc, tcf, gpp.</param>
/// <param name="BySignal">Purposes whose word is a signal's and not their own.</param>
public sealed record ConsentRow(
    DateTimeOffset At, string Source, string NoticeVersion, int PolicyVersion, string? Region,
    IReadOnlyList<string> Granted, IReadOnlyList<string> Denied, IReadOnlyList<string> Signals, IReadOnlyList<string> BySignal)
{
    /// <summary>What it says, or null where that cannot be told.</summary>
    public Vote? Vote() => PurposeNames.Parse(Granted) is { } yes && PurposeNames.Parse(Denied) is { } no ? new(yes & ~no, no) : null;
}
