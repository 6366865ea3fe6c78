namespace Personalization.Consent;

/// <summary>
/// What a person has decided so far, folded from their ledger rows and carried in the profile.
/// </summary>
/// <param name="Vote">Their yes and no, purpose by purpose.</param>
/// <param name="Next">The ledger sequence after the last row folded in; 0 when they never decided.</param>
/// <param name="At">When they last decided; the default when never.</param>
public readonly record struct ConsentState(Vote Vote, long Next, DateTimeOffset At)
{
    public static ConsentState None => default;
}
