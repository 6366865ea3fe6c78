namespace Personalization.Training.Ordering;

/// <summary>From which decisions order is learned, and what there has to be.</summary>
/// <param name="Days">Of the last so many days; 0 for never, and then nothing is kept of what comes of decisions.</param>
/// <param name="Fewest">Choices that there have to be for an engine.</param>
public sealed record LoggedOptions(int Days, int Fewest)
{
    /// <summary>
    /// Decisions that something came of, and choices; of more, always the same ones are drawn. A choice takes about 150 bytes for each item that
    /// stood beside it, and 6 kB at most, while order is learned.
    /// </summary>
    public int MostDecisions { get; init; } = 40_000;

    /// <summary>Choices of one person, at most.</summary>
    public int MostEach { get; init; } = 20;

    /// <summary>People who chose, at least: the weights are to say nothing of any of them.</summary>
    public int FewestPeople { get; init; } = 50;

    /// <summary>Of them those who made the choices that are judged by, at least: an interval over fewer people is none.</summary>
    public int FewestJudges { get; init; } = 10;

    /// <summary>
    /// How much chance there has to be in the decisions, as the sum of e·(1 − e) over places filled with a propensity of e. Where the ranking alone
    /// decides who stands first, nobody can tell whether it was chosen for what it is or for where it stood.
    /// </summary>
    public double LeastChance { get; init; } = 20;

    public bool On => Days > 0;

    public static LoggedOptions Read(Settings s) => new(
        s.Int("Training:RankingDays", 7, 0, 30, "order is learned from decisions of so many days; 0 for never"),
        s.Int("Training:RankingFewest", 500, 100, 1_000_000, "choices that there have to be before order is learned for an engine"));
}
