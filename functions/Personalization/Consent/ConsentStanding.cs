namespace Personalization.Consent;

/// <summary>Where a person stands after all their decisions, with what an answer says about it.</summary>
/// <param name="State">The newest word on each purpose.</param>
/// <param name="BySignal">Purposes whose newest word came from a signal.</param>
/// <param name="Region">Where they last were, as far as it was ever said.</param>
/// <param name="Last">The newest row that could be read.</param>
public readonly record struct ConsentStanding(ConsentState State, Purposes BySignal, Region Region, ConsentRow? Last)
{
    public static ConsentStanding None => default;

    /// <summary>
    /// One row later: its word replaces older ones, yes or no, and what it does not speak of stays. A row nobody can read
    /// may have been a no to anything, so it is taken for that.
    /// </summary>
    public ConsentStanding With(long sequence, ConsentRow? row)
    {
        var (at, word, signalled) = row?.Vote() is { } vote
            ? (row.At, vote, PurposeNames.Parse(row.BySignal) ?? Purposes.None)
            : (State.At, Vote.No(Purposes.All), Purposes.All);
        var spoken = word.Granted | word.Denied;
        var old = State.Vote;
        return new(
            new(new((old.Granted & ~spoken) | word.Granted, (old.Denied & ~spoken) | word.Denied), sequence + 1, at),
            (BySignal & ~spoken) | (signalled & spoken),
            Region.TryParse(row?.Region, out var region) ? region : Region,
            row?.Vote() is null ? Last : row);
    }
}
