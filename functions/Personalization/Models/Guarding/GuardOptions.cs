namespace Personalization.Models.Guarding;

/// <summary>When a canary is taken out by itself.</summary>
/// <param name="Decisions">So many decisions of the canary, and of the champion, there have to be.</param>
/// <param name="Drop">How much fewer good outcomes a decision may have, as a share of the champion's.</param>
/// <param name="Slower">How much more time a decision may take, as a share of the champion's.</param>
/// <param name="Alarm">How probable it is at most that a canary that is as good as the champion is ever taken out.</param>
public sealed record GuardOptions(long Decisions, double Drop, double Slower, double Alarm)
{
    public static GuardOptions Read(Settings s) => new(
        s.Int("Models:GuardDecisions", 1000, 100, 100_000_000, "decisions of the canary, and as many of the champion, before the canary can be taken out by itself"),
        s.Double("Models:GuardDrop", 0.05, 0, 1, "how many fewer good outcomes its decisions may have, as a share of the champion's"),
        s.Double("Models:GuardSlower", 1, 0, 100, "how much more working time they may take, as a share of the champion's"),
        s.Double("Models:GuardAlarm", 0.01, 0.000001, 0.5, "how probable it is at most that a canary as good as the champion is ever taken out by itself"));
}
