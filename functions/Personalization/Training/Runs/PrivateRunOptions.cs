using Personalization.Training.Privacy;

namespace Personalization.Training.Runs;

/// <summary>Whether training runs learn private models, and how often.</summary>
/// <param name="On">Every run learns a private model, and none learns any other.</param>
/// <param name="Between">From one run to the next that nobody asked for; each costs.</param>
public sealed record PrivateRunOptions(bool On, TimeSpan Between, PrivateOptions Learning)
{
    private const int MostHours = 24 * 30;

    /// <summary>A timer is never on the second, and who comes a moment early does not wait for the next.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    public static PrivateRunOptions Read(Settings s) => new(
        s.Flag("Training:Private:On", false, "every training run learns a differentially private model, and none learns any other"),
        TimeSpan.FromHours(s.Int("Training:Private:HoursBetween", 18, 1, MostHours, "hours from one private run to the next that the timer or drift begins; an operator's begin at any time")),
        PrivateOptions.Read(s));

    /// <summary>Whether another run may begin that nobody asked for.</summary>
    /// <param name="runs">The last ones. One that found nobody, or was not private, cost nothing and does not count.</param>
    public bool IsDue(IEnumerable<TrainingRun> runs, DateTimeOffset now) => !On || runs.All(r => IsFree(r) || now - r.Started >= Between - Early);

    private static bool IsFree(TrainingRun run) =>
        run.Status == TrainingStatus.NothingToLearn || (run.Recipe is { } recipe && !recipe.StartsWith("private ", StringComparison.Ordinal));
}
