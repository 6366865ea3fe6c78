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
    /// <param name="runs">The last ones, the newest first.</param>
    /// <param name="paid">When a model was last paid for; null for never. A run that paid nothing keeps no other waiting, however it ended.</param>
    /// <param name="now">The time.</param>
    public bool IsDue(IReadOnlyList<TrainingRun> runs, DateTimeOffset? paid, DateTimeOffset now) => !On || paid is not { } at || now - Begun(runs, at) >= Between - Early;

    /// <summary>When the run began that paid: reading people comes first, and a timer must not find it too young by as much.</summary>
    private static DateTimeOffset Begun(IReadOnlyList<TrainingRun> runs, DateTimeOffset paid) => runs.FirstOrDefault(r => r.Started <= paid)?.Started ?? paid;
}
